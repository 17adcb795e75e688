//! What the topics tell, each by itself, and what is true of all of them.

#[path = "../each_topic/mod.rs"]
#[macro_use]
mod each_topic;
mod examples;

mod compare;
mod facts;

mod book;
mod class;
mod expressions;
mod formats;
mod marking;
mod readme;
mod sentences;
mod walkthroughs;

mod categorical_accuracy;
mod conv_backprop;
mod laplacian;
mod multilabel_softmax;
mod relu_filter_update;
mod resnet_shortcut;
mod velocity_heads;
