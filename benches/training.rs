//! How fast a network of 4 inputs → 64 rectified linear units → a head learns from batches of 64 by plain gradient
//! descent, in `f32`.
//!
//! `cargo bench --bench training` prints a line a head and, beside it, what the matrix products of one such step
//! reach on this machine without anything else. `benches/training_pytorch.py` compares with `PyTorch`.

use nalgebra::DMatrix;
use std::hint::black_box;
use std::time::{Duration, Instant};
use worked_examples::training::{Head, Network, Samples, Sgd, Targets};

const INPUTS: usize = 4;
const HIDDEN: usize = 64;
const BATCH: usize = 64;

fn main() {
    for outputs in [2, 40, 400, 1600, 10_000] {
        let head = match outputs {
            2 => Head::Regression,
            40 => Head::Softmax { groups: 2 },
            _ => Head::Softmax { groups: 1 },
        };
        let targets = match head {
            Head::Softmax { groups } => {
                let classes = outputs / groups;
                Targets::Classes(DMatrix::from_fn(groups, BATCH, |i, j| (7 * i + 31 * j) % classes))
            }
            _ => Targets::Values(pattern(outputs, BATCH)),
        };
        let batch = Samples { inputs: pattern(INPUTS, BATCH), targets };
        let mut network = Network::<f32>::new([INPUTS, HIDDEN, outputs], head, 1);
        let mut sgd = Sgd::new(0.01, BATCH, 1);
        let rate = samples_per_second(|| {
            // The shapes are the network's own.
            let _ = black_box(sgd.step(&mut network, &batch));
        });
        println!("outputs={outputs} samples_per_second={rate:.0}");
        println!("outputs={outputs} matrix_products_per_second={:.0}", matrix_products(outputs));
    }
}

/// The three products of the output layer, each in the layout in which the kernel is fastest, as samples a second.
fn matrix_products(outputs: usize) -> f64 {
    let (weights, hidden) = (pattern(outputs, HIDDEN), pattern(HIDDEN, BATCH));
    let (weights_transposed, hidden_transposed) = (weights.transpose(), hidden.transpose());
    let mut logits = pattern(outputs, BATCH);
    let mut hidden_delta = hidden.clone();
    let mut gradient = weights.clone();
    samples_per_second(|| {
        logits.gemm(1.0, &weights, &hidden, 0.0);
        hidden_delta.gemm(1.0, &weights_transposed, &logits, 0.0);
        gradient.gemm(1.0, &logits, &hidden_transposed, 0.0);
        black_box((&hidden_delta, &gradient));
    })
}

/// Numbers between −0.6 and 0.6 without a pattern that matters.
fn pattern(rows: usize, columns: usize) -> DMatrix<f32> {
    DMatrix::from_fn(rows, columns, |i, j| ((31 * i + 17 * j) % 13) as f32 * 0.1 - 0.6)
}

/// The median of seven rounds of 100 milliseconds, after a warm-up of one.
fn samples_per_second(mut step: impl FnMut()) -> f64 {
    let mut round = || {
        let start = Instant::now();
        let mut samples = 0;
        while start.elapsed() < Duration::from_millis(100) {
            step();
            samples += BATCH;
        }
        samples as f64 / start.elapsed().as_secs_f64()
    };
    round();
    let mut rates = [(); 7].map(|()| round());
    rates.sort_by(f64::total_cmp);
    rates[3]
}
