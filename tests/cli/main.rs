//! The example binaries as a user runs them: the contract of the command line, the same for all topics.

#[path = "../each_topic/mod.rs"]
#[macro_use]
mod each_topic;

mod errors;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
mod open;
mod output;
mod page;
mod run;

/// What the tests have to know of a topic.
struct Topic {
    name: &'static str,
    /// Added to every run: what makes a topic that trains quick.
    quick: &'static [&'static str],
    /// Asks for a page that needs neither training nor a batch of images, where it matters how a page is written, and
    /// not which; none where every page is quick.
    any_page: &'static [&'static str],
    /// The options that take a matrix.
    matrices: &'static [&'static str],
    /// Matrices that do not fit, and the two shapes or counts that the message names.
    misfits: &'static [(&'static str, &'static str, [&'static str; 2])],
    /// Inputs of another shape than the source's.
    own: &'static [&'static str],
    /// Inputs beyond the range of a double, up and down; none where the topic refuses them.
    huge: Option<&'static [&'static str]>,
    /// The matrices, values and tables that the page has to name.
    names: &'static str,
    /// Files that are written beside the figures.
    attachments: &'static [&'static str],
}

const TOPICS: &[Topic] = &[
    Topic {
        name: "conv_backprop",
        quick: &[],
        any_page: &[],
        matrices: &["--image", "--kernel-1", "--kernel-2", "--delta"],
        misfits: &[
            ("--image", "1 2", ["2×2", "1×2"]),
            ("--kernel-1", "1 2 3 4 5", ["1×5", "4×4"]),
            ("--kernel-2", "1;2;3;4", ["4×1", "3×3"]),
            ("--delta", "1 2 3", ["1×3", "2×2"]),
        ],
        own: &[
            "--image",
            "1 2 3 4 5; -1 1/3 0 2 1; 3 1 4 1 5",
            "--kernel-1",
            "2 1",
            "--delta=1 .5 -1; 0 2 3e-1",
        ],
        huge: Some(&["--kernel-1", "1e400 1e-400; 1 1"]),
        names: "image kernel_1 kernel_2 delta a1 a2 d_kernel_2 d_a1 d_kernel_1 kernel_2_updated kernel_1_updated \
            source_d_kernel_2 source_kernel_2_updated source_d_a1 source_d_kernel_1 source_kernel_1_updated",
        attachments: &[],
    },
    Topic {
        name: "relu_filter_update",
        quick: &[],
        any_page: &[],
        matrices: &["--image", "--filter", "--target"],
        misfits: &[
            ("--image", "1 2", ["2×2", "1×2"]),
            ("--filter", "1 2 3 4 5", ["1×5", "3×3"]),
            ("--target", "1 2 3", ["1×3", "2×2"]),
        ],
        own: &["--image", "1 2 3; -1 1/3 0; 3 1 4", "--filter", "2 1", "--target=1 .5; 0 2; -1 3e-1"],
        huge: Some(&["--filter", "1e400 1e-400; 1 1", "--iterations", "1"]),
        names: "image filter target pre_activation activation d_filter filter_updated source_error source_d_filter \
                source_filter_updated trajectory",
        attachments: &[],
    },
    Topic {
        name: "laplacian",
        quick: &[],
        any_page: &[],
        matrices: &["--samples", "--image"],
        misfits: &[
            ("--samples", "1 2", ["1×2", "at least 3 numbers"]),
            ("--samples", "1 2 3; 4 5 6", ["2×3", "one row"]),
            ("--image", "1 2 3; 4 5 6", ["2×3", "3×3"]),
        ],
        own: &["--samples", "1/3 -2 0 5e-1", "--image", "1 2 3 4; -1 1/3 0 2; 3 1 4 1"],
        huge: Some(&["--image", "1e400 1e-400 0; 1 1 1; 0 1 0"]),
        names: "samples first_difference second_difference kernel_x kernel_y kernel image response",
        attachments: &["laplacian-picture-full-size.png"],
    },
    Topic {
        name: "resnet_shortcut",
        quick: &[],
        any_page: &["--sheet"],
        matrices: &["--pixel", "--padding", "--weights"],
        misfits: &[
            ("--pixel", "1 2; 3 4", ["one pixel", "2 rows of 2"]),
            ("--padding", "7 55", ["65", "at most 64"]),
            ("--weights", "1 0; 0 1", ["2×2", "16×3"]),
        ],
        own: &["--pixel", "1/3 -2", "--padding", "1 0", "--weights", "1/3 0; -1 2; 1e20 -1e-20"],
        huge: None,
        names: "pixel padded_pixel padding_projection weights projected_pixel shortcuts",
        attachments: &[],
    },
    Topic {
        name: "velocity_heads",
        quick: &["--train-size", "32", "--epochs", "1", "--hidden", "4"],
        any_page: &["--sheet"],
        matrices: &["--velocity"],
        misfits: &[
            ("--velocity", "1", ["given 1×1", "expected 1×2, two numbers, x and y"]),
            ("--velocity", "1 0; 0 1", ["2×2", "1×2"]),
            ("--velocity", "0 1.1", ["given 1.1", "from -1 to 1"]),
        ],
        own: &["--velocity", "-1 1/3", "--resolution", "1/4"],
        huge: None,
        names: "one_hot_x one_hot_y growth heads",
        attachments: &[],
    },
    Topic {
        name: "multilabel_softmax",
        quick: &["--epochs", "1"],
        any_page: &["--sheet"],
        matrices: &["--labels", "--scores"],
        misfits: &[
            ("--labels", "1 0 1; 0 1 0", ["given 2 rows", "one row"]),
            ("--labels", "0 0 0 0", ["0 0 0 0", "at least one label"]),
            ("--scores", "1 2; 3 4", ["given 2 rows", "one row"]),
        ],
        own: &["--labels", "1 0 1", "--scores", "1/3 -2 1e20"],
        huge: None,
        names: "labels target scores probabilities gradient cumulative predicted_count inference",
        attachments: &[],
    },
    Topic {
        name: "categorical_accuracy",
        quick: &[],
        any_page: &[],
        matrices: &["--scores", "--truth"],
        misfits: &[
            ("--scores", "1 2; 3 4", ["given 8", "2 samples"]),
            ("--truth", "0 1", ["given 2", "8 samples"]),
        ],
        own: &["--scores", "1/3 2; -1 5e-1; 0 0", "--truth", "1 0 1", "--true-box", "0 0 1 1/3"],
        huge: Some(&["--scores", "1e400 1e-400; 1 1", "--truth", "0 1"]),
        names: "scores confusion accuracy iou",
        attachments: &[],
    },
];

impl From<&str> for &'static Topic {
    fn from(name: &str) -> Self {
        TOPICS.iter().find(|topic| topic.name == name).expect("every topic has its row in TOPICS")
    }
}

#[test]
fn every_topic_has_its_row() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let names = files.filter(|path| path.is_file()).map(|path| path.file_stem().unwrap().to_owned());
    for name in names.filter(|name| name != "book") {
        assert!(
            TOPICS.iter().any(|topic| name == topic.name)
                && each_topic::TOPICS.iter().any(|topic| name == *topic),
            "{} has no row in TOPICS here, or is not named in tests/each_topic/mod.rs",
            name.display()
        );
    }
}
