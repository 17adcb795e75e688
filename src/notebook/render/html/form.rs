//! The fields of a live page, which its script shows; the matrices that the page gives become fields themselves.

use crate::notebook::{Cell, InputOption, Notebook};
use maud::{Markup, html};

pub(super) fn form(notebook: &Notebook) -> Markup {
    html! {
        form.live hidden aria-label="Your numbers" {
            @if notebook.is_sheet() {
                p { "Fill in the blanks. Each answer is judged as soon as it is whole." }
            } @else {
                p {
                    "Change any number that is given, here or in its matrix below"
                    @for (number, name) in given_matrices(notebook).enumerate() {
                        @if number == 0 { " (" } @else { ", " }
                        code { (name) }
                    }
                    "), and everything follows. A whole matrix can be pasted into one of its fields. The address of the page \
                     then holds your numbers: whoever opens it sees the same."
                    @if notebook.options.iter().any(|option| option.is_file) {
                        " Only a picture has no room in it: send its file along."
                    }
                }
                div.options { @for option in &notebook.options { (field(option)) } }
                p.buttons {
                    button type="button" name="undo" { "Undo" }
                    button type="button" name="source" { "Back to the first numbers" }
                    button type="button" name="variant" { "Other numbers" }
                    a hidden { "A sheet to fill in, with these numbers" }
                }
            }
            p.refused role="alert" {}
            p.working hidden {
                progress aria-label="How far it has come" {}
                span {}
                button type="button" name="stop" { "Stop" }
            }
            p.followed role="status" {}
            button type="button" name="rest" hidden { "Compute the rest" }
        }
    }
}

/// The matrices whose entries become fields.
fn given_matrices(notebook: &Notebook) -> impl Iterator<Item = &str> {
    notebook.cells().filter_map(|(_, cell)| match cell {
        Cell::Matrix(matrix) if notebook.inputs.iter().any(|(name, _)| *name == matrix.name) => {
            Some(matrix.name)
        }
        _ => None,
    })
}

fn field(option: &InputOption) -> Markup {
    let InputOption { name, help, choices, is_flag, is_file, grows } = option;
    let id = format!("option-{name}");
    let described = format!("{id}-help");
    html! {
        div.option {
            label for=(id) { code { (name) } }
            @if *is_flag {
                input type="checkbox" id=(id) name=(name) aria-describedby=(described);
            } @else if *is_file {
                input type="file" id=(id) name=(name) accept=".png" aria-describedby=(described);
            } @else if choices.is_empty() {
                input type="text" id=(id) name=(name) data-grows=(grows) autocomplete="off" spellcheck="false"
                    aria-describedby=(described);
            } @else {
                select id=(id) name=(name) aria-describedby=(described) {
                    @for choice in choices { option { (choice) } }
                }
            }
            span.note id=(described) { (help) }
        }
    }
}
