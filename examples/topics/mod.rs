//! All topics, in the order of the source's difficulty.

use worked_examples::cli::Topic;
use worked_examples::notebook::Notebook;

#[path = "../../examples/categorical_accuracy.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod categorical_accuracy;
#[path = "../../examples/conv_backprop.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod conv_backprop;
#[path = "../../examples/laplacian.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod laplacian;
#[path = "../../examples/multilabel_softmax.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod multilabel_softmax;
#[path = "../../examples/relu_filter_update.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod relu_filter_update;
#[path = "../../examples/resnet_shortcut.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod resnet_shortcut;
#[path = "../../examples/velocity_heads.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod velocity_heads;

/// What one learns from a topic, for those who choose one.
const LESSONS: [(&str, &str); 7] = [
    (
        conv_backprop::TOPIC.name,
        "How what a network got wrong travels back through two convolutions: the gradient of each kernel, one step of \
         learning, and how to check a gradient by moving one number a little.",
    ),
    (
        relu_filter_update::TOPIC.name,
        "How a filter is updated again and again, what a ReLU does to its gradient, and how to see whether a step goes uphill \
         or downhill.",
    ),
    (
        laplacian::TOPIC.name,
        "How a second derivative becomes three numbers in a row, how two such rows become the kernel that finds edges in a \
         picture, and how exact it is.",
    ),
    (
        resnet_shortcut::TOPIC.name,
        "What a residual block adds up, and how zeros around the channels, a matrix and a 1×1 convolution do the same work.",
    ),
    (
        velocity_heads::TOPIC.name,
        "Three ways to let a network output a velocity, what each of them costs, and what they do where there are two good \
         answers.",
    ),
    (
        multilabel_softmax::TOPIC.name,
        "How several labels share one softmax, how probabilities are turned back into labels, and how two ways of training are \
         compared fairly.",
    ),
    (
        categorical_accuracy::TOPIC.name,
        "How to read accuracy, recall and precision from a confusion matrix, and how to measure a predicted box.",
    ),
];

/// What one learns from the topic of this name.
///
/// # Panics
/// If the topic has no lesson yet.
#[must_use]
#[allow(dead_code, reason = "not everybody who uses the topics says what one learns from them")]
pub fn lesson(topic: &str) -> &'static str {
    let lesson = LESSONS.iter().find(|(name, _)| *name == topic);
    lesson.unwrap_or_else(|| panic!("examples/topics/mod.rs does not say what one learns from {topic}")).1
}

/// The notebook of every topic: told from the source's inputs, or with the numbers of a variant.
#[must_use]
pub fn all(variant: Option<u64>) -> Vec<Notebook> {
    some(variant, |_| true)
}

/// The notebooks of the topics whose names are wanted.
#[must_use]
pub fn some(variant: Option<u64>, is_wanted: impl Fn(&str) -> bool) -> Vec<Notebook> {
    let notebooks = [
        told(&conv_backprop::TOPIC, variant, &is_wanted),
        told(&relu_filter_update::TOPIC, variant, &is_wanted),
        told(&laplacian::TOPIC, variant, &is_wanted),
        told(&resnet_shortcut::TOPIC, variant, &is_wanted),
        told(&velocity_heads::TOPIC, variant, &is_wanted),
        told(&multilabel_softmax::TOPIC, variant, &is_wanted),
        told(&categorical_accuracy::TOPIC, variant, &is_wanted),
    ];
    notebooks.into_iter().flatten().collect()
}

fn told<I: clap::Args + PartialEq>(
    topic: &Topic<I>,
    variant: Option<u64>,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<Notebook> {
    let told = is_wanted(topic.name).then(|| match variant {
        Some(seed) => topic.variant(seed),
        None => topic.notebook(&Topic::<I>::source_inputs()),
    });
    told.map(|told| told.unwrap_or_else(|mistake| panic!("{}, variant {variant:?}: {mistake}", topic.name)))
}
