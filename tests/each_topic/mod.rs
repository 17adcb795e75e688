//! A test for each topic, named after it: `cargo test laplacian` runs all that tests the Laplacian.

/// Calls `$with!` with what is given and the names of the topics, in the order of the pages.
macro_rules! with_topics {
    ($with:ident $($given:tt)*) => {
        $with! { $($given)* [
            conv_backprop relu_filter_update laplacian resnet_shortcut velocity_heads multilabel_softmax
            categorical_accuracy
        ] }
    };
}

/// The names in a list.
macro_rules! names {
    ([$($topic:ident)+]) => { [$(stringify!($topic)),+] };
}

/// Makes tests of functions that take a topic by its name.
macro_rules! each_topic {
    ($($check:ident)+) => { $(with_topics! { each_topic @ $check })+ };
    (@ $check:ident [$($topic:ident)+]) => {
        mod $check {
            $(#[test]
            fn $topic() {
                super::$check(stringify!($topic).into());
            })+
        }
    };
}

#[allow(dead_code, reason = "not every test looks at all of them")]
pub const TOPICS: [&str; with_topics!(names).len()] = with_topics!(names);
