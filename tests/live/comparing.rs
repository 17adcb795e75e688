//! The page computes what the program computes.

use super::*;

/// How far two numbers may be apart.
pub(crate) type Close = fn(f64, f64) -> bool;

/// The math libraries differ in the last bits.
pub(crate) fn in_doubles(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

/// Training in single precision carries the last bits on; the walkthroughs allow as much from one processor to another.
fn trained(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.1 * a.abs().max(b.abs()).max(1.0)
}

/// Whether all numbers are close, also those in texts, and all else is the same to the letter.
pub(crate) fn same(here: &Value, there: &Value, close: Close, path: &str) {
    match (here, there) {
        (Value::Number(a), Value::Number(b)) if a != b => {
            let [a, b] = [a, b].map(|number| number.as_f64().unwrap_or(f64::NAN));
            assert!(close(a, b), "{path}: {a}, {b}");
        }
        (Value::String(a), Value::String(b)) if a != b => {
            let words = |text: &str| {
                let word = |word: &str| word.trim_matches(['(', ')', ',', '.', ';', ':']).to_owned();
                text.split(' ').map(word).collect::<Vec<_>>()
            };
            let [a, b] = [a, b].map(|text| words(text));
            assert_eq!(a.len(), b.len(), "{path}: {a:?}, {b:?}");
            let is_same = |(a, b): (&String, &String)| match (a.parse(), b.parse()) {
                (Ok(a), Ok(b)) => close(a, b),
                _ => a == b,
            };
            assert!(a.iter().zip(&b).all(is_same), "{path}: {a:?}, {b:?}");
        }
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{path}");
            a.iter().zip(b).enumerate().for_each(|(at, (a, b))| same(a, b, close, &format!("{path}[{at}]")));
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{path}");
            a.iter().for_each(|(name, value)| same(value, &b[name], close, &format!("{path}.{name}")));
        }
        _ => assert_eq!(here, there, "{path}"),
    }
}

/// How many random inputs a topic is compared with.
fn seeds() -> u64 {
    std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(20)
}

/// What both print, here and in the page.
fn both(browser: &mut Browser, topic: &str, options: &[&str]) -> [String; 2] {
    let options = [options, &["--format", "json"]].concat();
    [native(topic, &options), in_page(browser, &[&[topic], &options[..]].concat())]
}

fn compare(browser: &mut Browser, topic: &str, options: &[&str], close: Close) {
    let [here, there] =
        both(browser, topic, options).map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
    same(&here, &there, close, &format!("{topic} {options:?}"));
}

/// The whole page to the byte, for the source's numbers and for those of `SEEDS` variants. The doubles on these pages come of
/// sums, products and roots, which every machine rounds alike, and of a few logarithms.
fn compare_whole_pages(topics: &[&str]) {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    for topic in topics {
        let seeds: Vec<_> = (1..=seeds()).map(|seed| seed.to_string()).collect();
        let variants = seeds.iter().map(|seed| vec!["--variant", seed.as_str()]);
        for options in std::iter::once(Vec::new()).chain(variants) {
            let [here, there] = both(&mut browser, topic, &options);
            assert!(here == there, "{topic} {options:?}");
        }
    }
}

#[test]
fn the_page_computes_what_the_program_computes() {
    compare_whole_pages(&BY_HAND);
}

/// What the page shows first is a part of what it shows in the end.
#[test]
fn what_is_worked_by_hand_is_a_part_of_the_page() {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    for topic in TOPICS {
        let little: &[_] = match topic {
            "velocity_heads" => &["--epochs", "1", "--train-size", "20"],
            "multilabel_softmax" => &["--epochs", "1"],
            _ => &[],
        };
        let options = [&[topic], little, &["--format", "json"]].concat();
        let [part, whole] = [&["--by-hand"][..], &[]].map(|extent| {
            let page: Value =
                serde_json::from_str(&in_page(&mut browser, &[&options, extent].concat())).expect("JSON");
            (page["inputs"].clone(), page["cells"].as_array().expect("cells").clone())
        });
        assert_eq!(part.0, whole.0, "{topic}: all inputs");
        let mut rest = whole.1.iter();
        let missing = part.1.iter().find(|cell| !rest.any(|other| other == *cell));
        assert_eq!(missing, None, "{topic}");
        let simulates = ["resnet_shortcut", "velocity_heads", "multilabel_softmax", "relu_filter_update"];
        assert_eq!(part.1.len() < whole.1.len(), simulates.contains(&topic), "{topic}");
    }
}

#[test]
fn the_page_simulates_what_the_program_simulates() {
    compare_whole_pages(&["resnet_shortcut"]);
}

/// Where networks are trained: the keys of the variants in all digits, and the whole pages with little training.
fn compare_trained(topic: &str, little: &[&str]) {
    let mut browser = Browser::start();
    open(&mut browser, "conv_backprop.html");
    compare(&mut browser, topic, &[], trained);
    for seed in 1..=seeds() {
        let seed = seed.to_string();
        compare(&mut browser, topic, &["--variant", &seed, "--key"], in_doubles);
        let key = json_of(topic, &["--variant", &seed, "--key"]);
        let is_for_training = |name: &str| ["seed", "epochs", "train_size"].contains(&name);
        let inputs = key["inputs"].as_object().expect("inputs").iter();
        let drawn: Vec<_> = inputs
            .filter(|(name, _)| *name != "variant" && !is_for_training(name))
            .flat_map(|(name, text)| [format!("--{name}"), text.as_str().expect("a text").to_owned()])
            .chain(["--seed".to_owned(), seed])
            .collect();
        let drawn: Vec<_> = drawn.iter().map(String::as_str).collect();
        compare(&mut browser, topic, &[&drawn, little].concat(), trained);
    }
}

#[test]
fn the_page_trains_what_the_program_trains_for_several_labels() {
    compare_trained("multilabel_softmax", &["--epochs", "1"]);
}

#[test]
fn the_page_trains_what_the_program_trains_for_a_velocity() {
    compare_trained("velocity_heads", &["--epochs", "1", "--train-size", "20"]);
}
