//! One executable: the core's bundle (attached to this file, see `bundle`) on LLRT's QuickJS, and what of the machine
//! the core needs. There is no behaviour of Lambda in Rust; `src/llrt.ts` says what the program does.

mod allocator;
mod bundle;
mod child;
mod children;
mod codecs;
mod connection;
mod descriptors;
mod exchange;
mod failure;
mod files;
mod headers;
mod http;
mod inlet;
mod memory_gauge;
mod natives;
mod outlet;
mod output;
mod payload;
mod process_tree;
mod rejections;
mod reply_body;
mod reply_stream;
mod request_body;
mod signals;
mod socket;
mod strays;
mod tcp;
mod watch;

use rquickjs::{AsyncContext, AsyncRuntime, CatchResultExt, Ctx, Module, Result, async_with};

/// JavaScript's share of the main thread's stack (8 MB).
const STACK_BYTES: usize = 1024 * 1024;

fn main() {
    std::panic::set_hook(Box::new(|panic| failure::die(&panic.to_string())));
    descriptors::prepare();
    let machine = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event loop");
    match bundle::attached() {
        Some(code) => machine.block_on(run(code)),
        None => machine.block_on(bundle::compile()),
    }
}

async fn run(code: Vec<u8>) {
    let runtime = AsyncRuntime::new().expect("a JavaScript runtime");
    runtime.set_max_stack_size(STACK_BYTES).await;
    runtime.set_host_promise_rejection_tracker(Some(Box::new(rejections::track))).await;
    let context = AsyncContext::full(&runtime).await.expect("a context");
    async_with!(context => |ctx| {
        if let Err(error) = start(&ctx, &code).await.catch(&ctx) {
            failure::die(&error.to_string());
        }
        drop(code);
        // JavaScript ends the program, by `native.exit`.
        std::future::pending::<()>().await;
    })
    .await;
}

async fn start<'js>(ctx: &Ctx<'js>, code: &[u8]) -> Result<()> {
    natives::install(ctx)?;
    ctx.spawn(children::reaper());
    // Our own compiler wrote it (see `bundle`).
    let (_, evaluated) = unsafe { Module::load(ctx.clone(), code)? }.eval()?;
    evaluated.into_future::<()>().await
}
