//! What no input brings about: a page with a proof that fails, and one that contradicts itself.
//!
//! This program is a worked example with a mistake when it runs itself, and the test of it otherwise.

use clap::Args;
use std::process::{Command, ExitCode};
use worked_examples::cli::{self, Topic};
use worked_examples::notebook::literal;

#[derive(Args, PartialEq)]
struct Inputs {}

const TOPIC: Topic<Inputs> = Topic {
    name: "mistaken",
    title: "A mistake",
    question: "Is 3 the slope of x² at 1?",
    source: None,
    lesson: "",
    minutes: 1,
    requires: "nothing",
    code: &[include_str!("exit_status.rs")],
    blanks: &[],
    gives: &[],
    mistakes: &[],
    check: |_| Ok(()),
    vary: |_| Some(Inputs {}),
    is_worth_working: |_| true,
    tell: |_, page| {
        page.section("Slope");
        if std::env::var_os(MISTAKE).is_some_and(|mistake| mistake == "contradiction") {
            return Err("2 is not 3".into());
        }
        let x = page.given("x", &literal("1"));
        let square = page.value("square = Σ( x ∘ x )", x[0].clone() * x[0].clone());
        let slope = page.show("slope", literal("3"));
        page.prove_gradient(&slope, &square, &x);
        Ok(())
    },
};

const MISTAKE: &str = "WORKED_EXAMPLES_MISTAKE";

fn main() -> ExitCode {
    if std::env::var_os(MISTAKE).is_some() {
        return cli::main(&TOPIC);
    }
    let run = |mistake: &str| {
        let program = std::env::current_exe().expect("a program knows its own path");
        let output = Command::new(program).env(MISTAKE, mistake).args(["--format", "json"]).output();
        let output = output.expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("programs write UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (status, page, error) = run("proof");
    assert_eq!((status, error.as_str()), (Some(1), "error: a proof failed: see the page\n"));
    let page: serde_json::Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!(page["proofs"], serde_json::json!({"held": 0, "at_kink": 0, "failed": 1}));

    let expected = "error: this example contradicts itself: 2 is not 3\n";
    assert_eq!(run("contradiction"), (Some(1), String::new(), expected.to_owned()));
    ExitCode::SUCCESS
}
