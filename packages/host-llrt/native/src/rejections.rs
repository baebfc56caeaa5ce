//! A promise that is rejected and handled by nobody is a defect, as on Node; QuickJS alone would say nothing.

use std::{cell::RefCell, time::Duration};

use rquickjs::{Ctx, Exception, Value};

thread_local! {
    static UNHANDLED: RefCell<Vec<(usize, String)>> = const { RefCell::new(Vec::new()) };
}

pub fn track<'js>(ctx: Ctx<'js>, promise: Value<'js>, reason: Value<'js>, is_handled: bool) {
    let identity = unsafe { rquickjs::qjs::JS_VALUE_GET_PTR(promise.as_raw()) } as usize;
    if is_handled {
        UNHANDLED.with_borrow_mut(|all| all.retain(|(other, _)| *other != identity));
        return;
    }
    UNHANDLED.with_borrow_mut(|all| all.push((identity, describe(&reason))));
    // Whoever handles it in this round of the event loop is not late.
    ctx.spawn(async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        // Other futures may have been polled all that time, and no job been run.
        tokio::task::yield_now().await;
        UNHANDLED.with_borrow(|all| {
            if let Some((_, reason)) = all.first() {
                crate::failure::die(&format!("a promise was rejected and nobody handled it: {reason}"));
            }
        });
    });
}

fn describe(reason: &Value<'_>) -> String {
    let Some(error) = reason.as_object().cloned().and_then(Exception::from_object) else {
        return format!("{reason:?}");
    };
    let name = error.as_object().get::<_, String>("name").unwrap_or_default();
    format!("{name}: {}\n{}", error.message().unwrap_or_default(), error.stack().unwrap_or_default())
}
