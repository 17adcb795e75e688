//! What is simulated or trained takes its time; what is worked by hand does not wait for it.

use super::*;

/// A training shows how far it has come.
const IS_TRAINING: &str =
    "document.querySelector('.working progress').value > 0 && !document.querySelector('.working').hidden";

fn in_training(browser: &mut Browser) {
    wait(browser, IS_TRAINING);
}

/// The sections that a list of titles or of sections leads to: the contents, and those that are not out of date.
fn sections(browser: &mut Browser, places: &str) -> Vec<String> {
    let found = browser
        .evaluate(&format!("[...document.querySelectorAll('{places}')].map(place => place.textContent)"));
    found
        .as_array()
        .expect("titles")
        .iter()
        .map(|title| title.as_str().expect("a title").to_owned())
        .collect()
}

const UP_TO_DATE: &str = "section:not(.stale) > h2";
const STALE: &str = "section.stale > h2";
const CONTENTS: &str = ".contents a";

/// Each section's place and the steps of its pieces.
fn places(browser: &mut Browser) -> Value {
    browser.evaluate(
        "[...document.querySelectorAll('main > section')].map(section => [section.id, section.ariaLabelledByElements[0].textContent,
            [...section.querySelectorAll('[data-step]')].map(({ dataset }) => [dataset.step, dataset.then])])",
    )
}

/// What is trained takes its time, and can be stopped; what is worked by hand is there before.
#[test]
fn a_long_computation_shows_how_far_it_has_come_and_stops() {
    let mut browser = Browser::start();
    open(&mut browser, "velocity_heads.html");
    let all = sections(&mut browser, CONTENTS);
    let expected =
        json_of("velocity_heads", &["--velocity", "-0.75 0.15", "--epochs", "1", "--train-size", "1"]);
    let by_hand = json_of("velocity_heads", &["--velocity", "-0.75 0.15", "--sheet"]);
    focus(&mut browser, "velocity[0,0]");
    type_in(&mut browser, "-0.75");
    in_training(&mut browser);
    let by_hand =
        by_hand["cells"].as_array().expect("cells").iter().filter_map(|cell| cell["section"].as_str());
    assert_close(&shown(&mut browser, "one_hot_x"), &values(&expected, "one_hot_x"));
    assert_eq!(sections(&mut browser, "main > section > h2"), all, "nothing has gone");
    assert_eq!(sections(&mut browser, CONTENTS), all);
    let fresh = sections(&mut browser, UP_TO_DATE);
    by_hand.for_each(|title| assert!(fresh.iter().any(|fresh| fresh == title), "{title}"));
    assert_eq!(fresh.len() + sections(&mut browser, STALE).len(), all.len());
    assert!(sections(&mut browser, STALE).contains(&"Trained at the rate that suits each".to_owned()));
    assert_eq!(browser.evaluate("document.querySelector('[name=train_size]').value"), "2000");

    browser.evaluate("document.querySelector('[name=stop]').click()");
    assert!(text(&mut browser, ".followed").starts_with("Stopped"));
    for place in ["main > section > h2", CONTENTS] {
        assert_eq!(sections(&mut browser, place), fresh, "what is not worked by hand is left out");
    }
    assert_close(&shown(&mut browser, "one_hot_x"), &values(&expected, "one_hot_x"));
    assert_eq!(browser.evaluate("document.activeElement.name"), "rest", "the rest can still be had");
    browser.evaluate("document.activeElement.click()");
    in_training(&mut browser);

    // Stopped at once, nothing has happened.
    browser.evaluate("document.querySelector('[name=source]').click()");
    wait(&mut browser, "location.hash === ''");
    change_and(&mut browser, "epochs", "7", "document.querySelector('[name=stop]').click()");
    assert_eq!(text(&mut browser, ".followed"), "Stopped. The page is as it was.");
    assert_eq!(browser.evaluate("document.querySelector('[name=epochs]').value"), "15");

    // Whoever is about to stop what has come to its end is not lost.
    open(&mut browser, "multilabel_softmax.html#epochs=1");
    followed(&mut browser);
    change(&mut browser, "epochs", "2");
    wait(&mut browser, &format!("{IS_TRAINING} && (document.querySelector('[name=stop]').focus(), true)"));
    wait(&mut browser, "document.querySelector('.working').hidden");
    assert_eq!(browser.evaluate("document.activeElement.name"), "undo");
}

/// Step by step, nothing comes up before its turn: what is there already has the numbers that it has in the end.
#[test]
fn what_is_worked_by_hand_takes_its_place_among_the_rest() {
    let mut browser = Browser::start();
    open(&mut browser, "resnet_shortcut.html#pixel=2+2+3");
    followed(&mut browser);
    is_whole(&mut browser);
    browser.evaluate(
        "window.seen = []; document.addEventListener('renewed', () => seen.push(
            [...document.querySelectorAll('main > section:not(.stale)')].map(({ id, firstElementChild: title }) => [id, title.id, title.textContent, title.dataset.step])))",
    );
    focus(&mut browser, "pixel[0,0]");
    type_in(&mut browser, "5");
    let seen = wait(&mut browser, "seen.length === 2 && seen");
    let [by_hand, whole] = [0, 1].map(|at| seen[at].as_array().expect("sections"));
    assert!(5 < by_hand.len() && by_hand.len() < whole.len());
    let elsewhere: Vec<_> = by_hand.iter().filter(|section| !whole.contains(section)).collect();
    assert_eq!(elsewhere, [&Value::Null; 0]);
}

/// Whoever works on while it is trained is not disturbed when that is done, and the page is the one that was asked for.
#[test]
fn the_rest_of_a_page_disturbs_nobody() {
    let mut browser = Browser::start();
    open(&mut browser, "multilabel_softmax.html");
    change(&mut browser, "epochs", "10");
    in_training(&mut browser);
    try_it(&mut browser, "labels_sum");
    browser.call("Input.insertText", &json!({"text": "7"}));
    browser.evaluate("document.querySelector('main details').open = true");
    // Neither does what cannot be used in the meantime: the training goes on.
    browser.evaluate(
        "(() => { const post = Worker.prototype.postMessage; window.lines = [];
            Worker.prototype.postMessage = function (data) { if (data.line) lines.push(data.line.join(' ')); post.call(this, data); } })()",
    );
    change(&mut browser, "threshold", "much");
    wait(&mut browser, "document.querySelector('.refused').textContent");
    is_whole(&mut browser);
    let lines = browser.evaluate("lines");
    assert_eq!(lines, json!(["multilabel_softmax --epochs=10 --threshold=much --by-hand --format html"]));
    let typed = browser.evaluate("[document.activeElement.ariaLabel, document.activeElement.value]");
    assert_eq!(typed, json!(["your labels_sum", "7"]));
    assert_eq!(browser.evaluate("document.querySelector('main details').open"), true);
    assert_eq!(browser.evaluate("document.querySelector('[name=threshold]').value"), "much");
    assert_eq!(sections(&mut browser, STALE), [""; 0]);
    let found = places(&mut browser);
    let told = in_page(&mut browser, &["multilabel_softmax", "--epochs", "10", "--format", "html"]);
    browser.evaluate(&format!(
        "document.querySelector('main').replaceChildren(...new DOMParser().parseFromString({}, 'text/html').querySelectorAll('main > section'))",
        json!(told)
    ));
    assert_eq!(places(&mut browser), found, "as if it had been told at once");
}

/// What the page was written with is there without being trained again, however one comes back to it.
#[test]
fn the_first_numbers_are_those_that_the_page_was_written_with() {
    let mut browser = Browser::start();
    open(&mut browser, "multilabel_softmax.html");
    let trained =
        "document.querySelector('[data-answer=missing_labels], table.listed:last-of-type').textContent";
    let (before, written) = (places(&mut browser), browser.evaluate(trained));
    focus(&mut browser, "scores[0,1]");
    type_in(&mut browser, "2.5");
    in_training(&mut browser);
    focus(&mut browser, "scores[0,1]");
    type_in(&mut browser, "3.0");
    is_whole(&mut browser);
    assert_eq!((places(&mut browser), browser.evaluate(trained)), (before, written));
    assert_eq!(
        browser.evaluate("[location.hash, document.querySelector('[name=source]').disabled]"),
        json!(["", true])
    );
    assert_eq!(browser.evaluate("document.querySelector('.working').hidden"), true);
    assert_close(
        &shown(&mut browser, "gradient"),
        &values(&json_of("multilabel_softmax", &["--epochs", "1"]), "gradient"),
    );
}
