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
