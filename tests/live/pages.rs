//! What is loaded, and how it looks.

use super::*;
use std::fs;
use std::io::Read;

#[test]
fn pages_are_as_before_until_something_is_changed() {
    let mut browser = Browser::start();
    for topic in TOPICS {
        for page in [format!("{topic}.html"), format!("{topic}-sheet-1.html")] {
            open(&mut browser, &page);
            for kind in ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"] {
                assert_eq!(browser.events(kind), [&Value::Null; 0], "{page}");
            }
            let asked = browser.events("Network.requestWillBeSent");
            let asked: Vec<_> = asked.iter().filter_map(|event| event["request"]["url"].as_str()).collect();
            let others = asked.iter().filter(|url| !url.starts_with("data:") && !url.starts_with("blob:"));
            assert_eq!(
                others.collect::<Vec<_>>(),
                [&address(&page).as_str()],
                "the program is not loaded yet"
            );
            let text = fs::read_to_string(target().join("live-site").join(&page)).expect("the page");
            assert!(text.contains("<form class=\"live\" hidden"), "without scripts there is no form");
        }
    }
}

#[test]
fn the_program_is_small_and_says_nothing_of_the_folders_it_was_built_in() {
    let script = fs::read_to_string(target().join("live-site/program.js")).expect("the program");
    let packed = from_base64(&json!(script.split('"').nth(1)));
    assert!(packed.len() <= 1_000_000, "{} bytes to load", packed.len());
    let mut program = Vec::new();
    flate2::read::GzDecoder::new(&*packed).read_to_end(&mut program).expect("it is packed");
    assert!(program.starts_with(b"\0asm"));
    assert!(program.len() <= 2_500_000, "{} bytes", program.len());
    let says = |words: &str| program.windows(words.len()).any(|bytes| bytes == words.as_bytes());
    assert!(says(" minutes. Prerequisites: ") && !says(env!("CARGO_MANIFEST_DIR")) && !says("registry/src"));
}

/// What only live pages need is only on them.
#[test]
fn other_pages_are_without_it() {
    let page = native("conv_backprop", &["--format", "html"]);
    for part in
        ["data-topic=", "data-formula=", "data-inputs=", "data-answer=", "data-open=", "class=\"live\""]
    {
        assert!(!page.contains(part), "{part}");
    }
}

#[test]
fn changed_pages_pass_axe_at_all_widths() {
    let axe = target().join("axe-core/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}", axe.display()));
    let shots = target().join("screenshots/live");
    fs::create_dir_all(&shots).expect("there is room for screenshots");
    let mut browser = Browser::start();
    for topic in TOPICS {
        for page in [format!("{topic}.html"), format!("{topic}-sheet-1.html")] {
            for (width, scheme) in [(390, "light"), (1280, "dark"), (1920, "light")] {
                browser.show_as(width, "screen", scheme);
                open(&mut browser, &page);
                if BY_HAND.contains(&topic) && !page.contains("sheet") {
                    browser.evaluate("document.querySelector('[name=variant]').click()");
                    followed(&mut browser);
                    // What can be scrolled is found a moment later; what is marked as new has faded.
                    browser.evaluate("new Promise(done => setTimeout(done, 400))");
                    browser.evaluate("document.getAnimations().forEach(animation => animation.finish())");
                }
                let plain = browser.evaluate("document.querySelectorAll('.formula:not(:has(math))').length");
                assert_eq!(plain, 0, "{page} has lost a formula");
                let wide = browser.evaluate("document.documentElement.scrollWidth");
                assert_eq!(wide, width, "{page} has to be scrolled sideways");
                browser.evaluate(&format!("{axe}; null"));
                let found = browser.evaluate(
                    "axe.run().then(found => found.violations.map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html)]))",
                );
                assert_eq!(found, json!([]), "{page}, {scheme}, {width}");
                let shot = browser.call("Page.captureScreenshot", &json!({}));
                let path = shots.join(format!("{}-{width}.png", page.trim_end_matches(".html")));
                fs::write(path, from_base64(&shot["data"])).expect("it is written");
            }
        }
    }
}
