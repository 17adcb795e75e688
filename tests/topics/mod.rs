//! All topics, told from the source's inputs, in the order of the source's difficulty.

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

/// The notebook of every topic.
pub fn all() -> Vec<Notebook> {
    vec![
        told(&conv_backprop::TOPIC),
        told(&relu_filter_update::TOPIC),
        told(&laplacian::TOPIC),
        told(&resnet_shortcut::TOPIC),
        told(&multilabel_softmax::TOPIC),
        told(&categorical_accuracy::TOPIC),
    ]
}

fn told<I: clap::Args + PartialEq>(topic: &Topic<I>) -> Notebook {
    topic.notebook(&Topic::<I>::source_inputs()).unwrap_or_else(|mistake| panic!("{}: {mistake}", topic.name))
}
