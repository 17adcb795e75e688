//! All topics, in the order of the source's difficulty.

use worked_examples::cli::Topic;
use worked_examples::notebook::Notebook;

#[path = "../../examples/categorical_accuracy.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod categorical_accuracy;
#[path = "../../examples/conv_backprop.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod conv_backprop;
#[path = "../../examples/laplacian.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod laplacian;
#[path = "../../examples/multilabel_softmax.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod multilabel_softmax;
#[path = "../../examples/relu_filter_update.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod relu_filter_update;
#[path = "../../examples/resnet_shortcut.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod resnet_shortcut;
#[path = "../../examples/velocity_heads.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
mod velocity_heads;

/// The notebook of every topic: told from the source's inputs, or with the numbers of a variant.
#[must_use]
pub fn all(variant: Option<u64>) -> Vec<Notebook> {
    vec![
        told(&conv_backprop::TOPIC, variant),
        told(&relu_filter_update::TOPIC, variant),
        told(&laplacian::TOPIC, variant),
        told(&resnet_shortcut::TOPIC, variant),
        told(&velocity_heads::TOPIC, variant),
        told(&multilabel_softmax::TOPIC, variant),
        told(&categorical_accuracy::TOPIC, variant),
    ]
}

fn told<I: clap::Args + PartialEq>(topic: &Topic<I>, variant: Option<u64>) -> Notebook {
    let told = match variant {
        Some(seed) => topic.variant(seed),
        None => topic.notebook(&Topic::<I>::source_inputs()),
    };
    told.unwrap_or_else(|mistake| panic!("{}, variant {variant:?}: {mistake}", topic.name))
}
