//! Somebody else's code, whose panics shall not become ours.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// What comes of some work, or `None` where it panics; nothing is printed then.
///
/// The hook that prints belongs to the whole program, so it goes on printing for all that is not caught here.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                print(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    // What the work has touched is lost with it.
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    IS_QUIET.set(false);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::caught;
    use std::env;
    use std::process::Command;

    /// In a process of its own, of which all can be read that is printed.
    #[test]
    fn what_is_caught_is_not_printed_and_all_else_is() {
        const CHILD: &str = "PANICS_ON_PURPOSE";
        if env::var_os(CHILD).is_some() {
            assert!(caught(|| panic!("this one is caught")).is_none_or(|()| false));
            panic!("this one is not");
        }
        let name = "caught::tests::what_is_caught_is_not_printed_and_all_else_is";
        let mut child = Command::new(env::current_exe().expect("a test knows its own path"));
        let output = child.args(["--exact", "--nocapture", name]).env(CHILD, "").output().expect("it runs");
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).expect("text");
        assert!(printed.contains("this one is not") && !printed.contains("this one is caught"), "{printed}");
    }

    #[test]
    fn a_panic_is_nothing_and_all_else_is_itself() {
        assert_eq!(caught(|| 1), Some(1));
        assert_eq!(caught(|| Vec::<u8>::new()[0]), None);
    }
}
