//! The allocator of Rust and of QuickJS. musl's own maps each large block anew and gives it back at once: a payload of
//! a megabyte cost 1,800 page faults.

use std::{cell::Cell, time::Duration};

use mimalloc::MiMalloc;
use rquickjs::Ctx;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

unsafe extern "C" {
    fn mi_collect(force: bool);
    fn mi_option_disable(option: i32);
}

/// `mi_option_arena_eager_commit`.
const ARENA_EAGER_COMMIT: i32 = 4;

/// Before the first allocation: memory that is committed ahead comes in huge pages, of which most would lie idle (4 MB).
extern "C" fn set_options() {
    unsafe { mi_option_disable(ARENA_EAGER_COMMIT) };
}

#[used]
#[unsafe(link_section = ".init_array")]
static SET_OPTIONS: extern "C" fn() = set_options;

/// Payloads from this size on count.
const LARGE_BYTES: usize = 256 * 1024;
/// So many bytes of large payloads may wait to be found unused.
const GARBAGE_BYTES: usize = 4 * 1024 * 1024;
const REST: Duration = Duration::from_millis(200);

thread_local! {
    static SINCE_COLLECTION: Cell<usize> = const { Cell::new(0) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
    static IS_WAITING: Cell<bool> = const { Cell::new(false) };
}

/// Call it before JavaScript gets a payload of that size. What lies outside of QuickJS's heap does not make it collect
/// garbage, and an invocation that is over is a cycle which holds its payloads.
pub fn make_room(ctx: &Ctx<'_>, bytes: usize) {
    if bytes >= LARGE_BYTES {
        SINCE_COLLECTION.set(SINCE_COLLECTION.get() + bytes);
    }
    if SINCE_COLLECTION.get() > GARBAGE_BYTES {
        SINCE_COLLECTION.set(0);
        ctx.run_gc();
    }
    COUNT.set(COUNT.get() + 1);
    if !IS_WAITING.replace(true) {
        ctx.spawn(tidy(ctx.clone()));
    }
}

/// Free memory is kept for the next payload, and goes back to the system once none has come for a while.
async fn tidy(ctx: Ctx<'_>) {
    let mut before = 0;
    while before != COUNT.get() {
        before = COUNT.get();
        tokio::time::sleep(REST).await;
    }
    IS_WAITING.set(false);
    ctx.run_gc();
    unsafe { mi_collect(true) };
}
