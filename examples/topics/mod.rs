//! All topics, in the order of the source's difficulty.

use worked_examples::cli::Topic;
use worked_examples::notebook::{Extent, Notebook};

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

/// How a topic is told.
#[derive(Clone, Copy, Debug)]
pub enum Numbers {
    /// The source's own.
    Source,
    /// Those of a variant.
    Variant(u64),
    /// Those of a variant, without what no pencil can do.
    ByHand(u64),
}

/// The notebook of every topic: told from the source's inputs, or with the numbers of a variant.
#[must_use]
pub fn all(variant: Option<u64>) -> Vec<Notebook> {
    told(variant.map_or(Numbers::Source, Numbers::Variant), |_| true)
}

/// What the sheets and keys of a variant are made from, for every topic.
#[must_use]
pub fn exercises(variant: u64) -> Vec<Notebook> {
    told(Numbers::ByHand(variant), |_| true)
}

/// The notebooks of the topics whose names are wanted.
#[must_use]
pub fn told(numbers: Numbers, is_wanted: impl Fn(&str) -> bool) -> Vec<Notebook> {
    let notebooks = [
        one(&conv_backprop::TOPIC, numbers, &is_wanted),
        one(&relu_filter_update::TOPIC, numbers, &is_wanted),
        one(&laplacian::TOPIC, numbers, &is_wanted),
        one(&resnet_shortcut::TOPIC, numbers, &is_wanted),
        one(&velocity_heads::TOPIC, numbers, &is_wanted),
        one(&multilabel_softmax::TOPIC, numbers, &is_wanted),
        one(&categorical_accuracy::TOPIC, numbers, &is_wanted),
    ];
    notebooks.into_iter().flatten().collect()
}

fn one<I: clap::Args + PartialEq>(
    topic: &Topic<I>,
    numbers: Numbers,
    is_wanted: impl Fn(&str) -> bool,
) -> Option<Notebook> {
    let told = is_wanted(topic.name).then(|| match numbers {
        Numbers::Source => topic.notebook(&Topic::<I>::source_inputs()),
        Numbers::Variant(seed) => topic.variant(seed),
        Numbers::ByHand(seed) => topic.drawn(seed, &[], Extent::OnPaper.into()).map(|(_, notebook)| notebook),
    });
    told.map(|told| told.unwrap_or_else(|mistake| panic!("{}, {numbers:?}: {mistake}", topic.name)))
}
