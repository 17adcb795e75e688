//! How far a long computation has come, for whoever waits for it.

use crate::notebook::Listener;

/// Draws a bar on standard error while it works, where that is a terminal; no bar is left.
#[cfg(not(target_family = "wasm"))]
pub(super) fn with_progress<T>(work: impl FnOnce(Listener) -> T) -> T {
    use indicatif::{ProgressBar, ProgressStyle};

    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len}");
    let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let drawn = bar.clone();
    let done = work(Box::new(move |what, done, of| {
        drawn.set_length(of as u64);
        drawn.set_message(what.to_owned());
        drawn.set_position(done as u64);
    }));
    bar.finish_and_clear();
    done
}

/// In a web page a line on standard error is what the page turns into a bar: `progress: 3 of 40 training`.
#[cfg(target_family = "wasm")]
pub(super) fn with_progress<T>(work: impl FnOnce(Listener) -> T) -> T {
    work(Box::new(|what, done, of| eprintln!("progress: {done} of {of} {what}")))
}
