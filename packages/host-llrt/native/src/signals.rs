//! Signals to us.

use rquickjs::{Ctx, Function, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::failure;

/// From this call on the signal no longer ends us: `callback` hears of it.
pub fn on_signal<'js>(ctx: Ctx<'js>, number: i32, callback: Function<'js>) -> Result<()> {
    let mut signals =
        signal(SignalKind::from_raw(number)).map_err(|error| failure::system_error(&ctx, &error, "sigaction"))?;
    ctx.clone().spawn(async move {
        while signals.recv().await.is_some() {
            failure::call(&ctx, &callback, ());
        }
    });
    Ok(())
}
