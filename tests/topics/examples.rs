//! The examples, built once for all tests, and what they tell, told once for all tests.

use crate::each_topic::TOPICS;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use topics::Numbers;
use worked_examples::notebook::Notebook;

#[path = "../../examples/book.rs"]
#[expect(dead_code, reason = "the main of an example is not called here")]
pub mod book;

pub use book::topics;

/// Something of each topic, made when it is first asked for.
pub struct OfTopics<T>([OnceLock<T>; TOPICS.len()]);

impl<T> OfTopics<T> {
    pub const fn new() -> Self {
        Self([const { OnceLock::new() }; TOPICS.len()])
    }

    pub fn get(&self, topic: &str, make: impl FnOnce() -> T) -> &T {
        let place = TOPICS.iter().position(|name| *name == topic);
        self.0[place.expect("tests/each_topic/mod.rs names each topic")].get_or_init(make)
    }
}

/// The program of an example, as a user runs it; cargo builds it beside the tests.
pub fn program(name: &str) -> Command {
    let test = std::env::current_exe().expect("a test knows its own path");
    let profile = test.parent().and_then(Path::parent).expect("a test lies in target/<profile>/deps");
    Command::new(profile.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION))
}

fn told(topic: &str, numbers: Numbers) -> Notebook {
    topics::told(numbers, |name| name == topic).pop().expect("there is such a topic")
}

/// The page of a topic, with the source's numbers.
pub fn page(topic: &str) -> &'static Notebook {
    static PAGES: OfTopics<Notebook> = OfTopics::new();
    PAGES.get(topic, || told(topic, Numbers::Source))
}

/// The pages of all topics.
pub fn pages() -> Vec<Notebook> {
    TOPICS.map(|topic| page(topic).clone()).into()
}

/// Three variants of a page, with all its training.
pub fn variants(topic: &str) -> &'static [Notebook] {
    static VARIANTS: OfTopics<[Notebook; 3]> = OfTopics::new();
    VARIANTS.get(topic, || [1, 2, 3].map(|seed| variant(topic, seed)))
}

pub fn variant(topic: &str, seed: u64) -> Notebook {
    told(topic, Numbers::Variant(seed))
}

/// What is handed out of a variant.
pub fn exercise(topic: &str, seed: u64) -> Notebook {
    told(topic, Numbers::ByHand(seed))
}
