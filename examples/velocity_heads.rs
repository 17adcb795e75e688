//! A velocity as the answer of a network: a class for each pair, a class for each axis, or two numbers.

use clap::Args;
use nalgebra::DMatrix;
use num_traits::One;
use num_traits::Signed;
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, matrix, number};
use worked_examples::math::{BinError, Bins, ShapeError, argmax, bipolar_sigmoid, one_hot, to_f64};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Field, Line, Origin, Page, Told, Traced, decimal, literal, printed, quote,
    write_number,
};
use worked_examples::training::{
    Budget, Calibration, Network, Outcome, STATE, Samples, Sgd, Spread, Steering, Trial, VelocityHead,
};

/// What is given.
#[derive(Args)]
pub struct Inputs {
    /// The velocity that is written in three ways: x and y, from -1 to 1 m/s
    #[arg(long, value_parser = matrix, default_value = "0.3 0.5")]
    pub velocity: DMatrix<Exact>,
    /// How wide an interval is, in m/s: it has to divide 2, and the smallest is 0.01
    #[arg(long, value_parser = number, default_value = "0.1")]
    pub resolution: Exact,
    /// The first of the five seeds that everything is trained with
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many situations a network learns from, at most 20000
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub train_size: u16,
    /// How often it sees each of them, at most 200
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub epochs: u16,
    /// How many units the hidden layer has, at most 256
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub hidden: u16,
    /// Measure times, which are another at every run
    #[arg(long)]
    pub timings: bool,
}

/// Whether times are measured makes no other inputs of them.
impl PartialEq for Inputs {
    fn eq(&self, other: &Self) -> bool {
        let sizes = |inputs: &Self| (inputs.seed, inputs.train_size, inputs.epochs, inputs.hidden);
        (&self.velocity, &self.resolution, sizes(self)) == (&other.velocity, &other.resolution, sizes(other))
    }
}

/// The topic, as the command line and the walkthroughs find it.
pub const TOPIC: Topic<Inputs> = Topic {
    name: "velocity_heads",
    title: "A velocity: 400 classes, 40 classes or two numbers",
    question: "A network is to answer with a velocity. Should it choose among classes, or say two numbers?",
    source: Some(
        "Somebody controls a character's speed with 400 output neurons and asks whether fewer would do. The \
         answer writes the classes down axis by axis and suggests two numbers instead; both are tested here.",
    ),
    minutes: 60,
    requires: "what a network with a hidden layer is, softmax and cross-entropy, the mean squared error",
    code: include_str!("velocity_heads.rs"),
    blanks: &["one_hot_x", "one_hot_y", "growth"],
    gives: &[],
    mistakes: &[
        KnownMistake {
            name: "intervals",
            kind: "points",
            equation: "points",
            instead: "count the gaps, and not the fence posts: one less than there are points",
        },
        KnownMistake {
            name: "points",
            kind: "intervals",
            equation: "intervals",
            instead: "count the fence posts, and not the gaps: one more than there are intervals",
        },
    ],
    check,
    vary,
    tell,
};

/// Another velocity and another hidden layer; little is trained, since the exercise is about the encodings.
fn vary(draw: &mut Draw) -> Option<Inputs> {
    Some(Inputs {
        velocity: DMatrix::from_fn(1, 2, |_, _| draw.tenths(-10..=10)),
        resolution: Exact::new(1.into(), 10.into()),
        seed: 1,
        train_size: 500,
        epochs: 4,
        hidden: draw.integer(8..=64).unsigned_abs().try_into().unwrap_or(64),
        timings: false,
    })
}

/// So many intervals an axis has at a resolution of 0.01 m/s.
const MOST_INTERVALS: usize = 200;
/// What training may take: little more than the default inputs. Four billion of these took a second.
const MOST_STEPS: u64 = 35_000_000_000;

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let Inputs { velocity, resolution, hidden, train_size, epochs, .. } = inputs;
    cli::expect_shape("--velocity", velocity.shape(), (1, 2), "two numbers, x and y")?;
    let one = Exact::from_integer(1.into());
    if let Some(component) = velocity.iter().find(|component| component.abs() > one) {
        let given = quote(&write_number(component));
        return Err(Unusable::option("--velocity", format!("given {given}, expected x and y from -1 to 1")));
    }
    let bins = intervals(resolution).map_err(|_| {
        let given = quote(&write_number(resolution));
        let why = format!("given {given}, expected a number that divides 2, from 0.01 to 2");
        Unusable::option("--resolution", why)
    })?;
    if bins.count() > MOST_INTERVALS {
        let count = bins.count();
        let given = quote(&write_number(resolution));
        let why =
            format!("given {given}: that makes {count} intervals an axis, at most {MOST_INTERVALS} are used");
        return Err(Unusable::option("--resolution", why));
    }
    let steps = steps(inputs, &bins);
    if steps > MOST_STEPS {
        let outputs = VelocityHead::Joint.outputs(&bins);
        let why = format!(
            "given {train_size}: with {epochs} epochs, {hidden} hidden units and {outputs} outputs training takes {steps} \
             steps, at most {MOST_STEPS} are made"
        );
        return Err(Unusable::option("--train-size", why));
    }
    Ok(())
}

/// About how many products training computes, one for each weight and situation; whatever else is done for each situation,
/// unit and output counts as the products that take as long.
fn steps(inputs: &Inputs, bins: &Bins) -> u64 {
    const OF_A_SITUATION: u64 = 3000;
    const OF_A_UNIT: u64 = 15;
    const OF_AN_OUTPUT: u64 = 18;
    // As many as take as long to learn from as the error takes to be measured after each epoch.
    const MEASURED: u64 = 700;
    let [train_size, epochs] = [inputs.train_size, inputs.epochs].map(u64::from);
    let hidden = inputs.hidden.into();
    let of_a_trial = |head: VelocityHead, hidden: usize| {
        let (units, outputs) = (hidden as u64, head.outputs(bins) as u64);
        let weights = units * (STATE as u64 + outputs);
        OF_A_SITUATION + OF_A_UNIT * units + OF_AN_OUTPUT * outputs + weights
    };
    let tasks = TASKS.len() as u64;
    let compared = VelocityHead::ALL.map(|head| tasks * of_a_trial(head, hidden)).iter().sum::<u64>();
    let [_, rated @ ..] = VelocityHead::ALL.map(|head| of_a_trial(head, hidden));
    let sized = sizes(hidden).map(|hidden| tasks * of_a_trial(VelocityHead::Regression, hidden));
    let trials = compared + rated.iter().sum::<u64>() + sized.iter().sum::<u64>();
    SEEDS * epochs * (train_size + MEASURED) * trials
}

/// The smaller and the larger hidden layer that are tried as well.
fn sizes(hidden: usize) -> [usize; 2] {
    [hidden.div_ceil(8), 2 * hidden]
}

fn intervals(resolution: &Exact) -> Result<Bins, BinError> {
    Bins::new(Exact::from_integer((-1).into()), Exact::from_integer(1.into()), resolution.clone())
}

/// The source works with tenths of a metre a second.
const PLACES: usize = 1;
/// Every comparison is made with so many seeds.
const SEEDS: u64 = 5;
/// The learning rate of all comparisons, and a small one.
const RATE: f64 = 1.0;
const SMALL_RATE: f64 = 0.1;

const TASKS: [Steering; 2] = [Steering::FreeWay, Steering::Obstacle];

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { velocity, resolution, seed, timings, .. } = inputs;
    let [hidden, train_size, epochs] = [inputs.hidden, inputs.train_size, inputs.epochs].map(usize::from);

    page.section("What is given");
    page.say(
        "A network controls how fast a character moves in two directions, each between −1 and 1 m/s. There are three \
         ways to write the velocity that it should answer with: a class for each pair of an x and a y, a class for \
         each x and a class for each y, or just the two numbers.",
    );
    let velocity_row = page.given("velocity", velocity);
    page.audit(&velocity_row, printed("0.3 0.5", PLACES));
    let width = page.given_number("resolution", resolution);
    page.given_number("seed", &Exact::from_integer((*seed).into()));
    page.given_number("train_size", &Exact::from_integer(train_size.into()));
    page.given_number("epochs", &Exact::from_integer(epochs.into()));
    page.given_number("hidden", &Exact::from_integer(hidden.into()));

    page.section("Intervals and points");
    page.ask(
        format!("How many values are there from −1 to 1 in steps of {}?", decimal(resolution, 4)),
        "It depends on whether you count the gaps or the fence posts: there is always one post more.",
    );
    let bins = intervals(resolution)?;
    let counted_intervals = page.value("intervals = 2 / resolution", Traced::from(2) / width.clone());
    page.value("points = intervals + 1", counted_intervals + Traced::one());
    let points: Vec<Exact> = bins.points().collect();

    let written: Vec<_> = points.iter().map(|point| decimal(point, 4)).collect();
    page.say(format!("The points are {}.", written.join(", ")));
    page.with_the_default_inputs(|page| {
        page.say("The source writes an axis of which it prints six points, and under it a row of zeros and a one for each \
                  component:");
        let [x, y] = [bins.nearest_point(&velocity[0])?, bins.nearest_point(&velocity[1])?];
        let shown = [0, 1, 13, 14, 15, 20];
        let axis_excerpt =
            page.show("axis_excerpt", DMatrix::from_fn(1, shown.len(), |_, j| points[shown[j]].clone()));
        page.audit(&axis_excerpt, printed("-1 -0.9 0.3 0.4 0.5 1.0", PLACES));

        let rows = [x, y].map(|index| one_hot::<Exact>(index, points.len()));
        let one_hot_excerpt =
            page.show("one_hot_excerpt", DMatrix::from_fn(2, shown.len(), |i, j| rows[i][shown[j]].clone()));
        page.audit(&one_hot_excerpt, printed("0 0 1 0 0 0; 0 0 0 0 1 0", PLACES));

        page.claim(
            Origin::Page,
            "From −1 to 1 in steps of 0.1 there are 20 values.",
            ClaimVerdict::under("intervals are counted", points.len() == 20, bins.count() == 20),
            format!(
                "There are {} intervals, and the axis that the source writes under them has {} points. {} is the centre of \
                 one of the points and the edge between two of the intervals.",
                bins.count(),
                points.len(),
                decimal(&points[x], 1)
            ),
        );
        Ok(())
    })?;

    page.section("Three ways to write a velocity");
    page.say(
        "A class is an interval: it holds its lower edge and not its upper one, and only the last holds both, so that \
         every velocity from −1 to 1 has exactly one class. Its answer is the middle of the interval.",
    );
    page.say("With a class for each interval of each axis, which is called factorised here, the velocity is two rows:");
    let [x_class, y_class] = [bins.index(&velocity[0])?, bins.index(&velocity[1])?];
    let one_hot_x = page.show("one_hot_x", one_hot::<Exact>(x_class, bins.count()));
    let one_hot_y = page.show("one_hot_y", one_hot::<Exact>(y_class, bins.count()));
    let [x_class, y_class] = [&one_hot_x, &one_hot_y].map(|row| argmax(row).unwrap_or_default());

    page.claim(
        Origin::Page,
        "In each of the two rows one neuron is 1 and all others are 0.",
        [&one_hot_x, &one_hot_y].into_iter().all(|row| {
            let ones = row.iter().filter(|entry| **entry == Traced::from(1)).count();
            let zeros = row.iter().filter(|entry| **entry == Traced::from(0)).count();
            (ones, zeros) == (1, row.len() - 1)
        }),
        format!("Of the {} entries of each row one is 1, and all others are 0.", one_hot_x.len()),
    );
    page.say("A class for each pair, which is called joint: a row an x, a column a y.");
    page.show("one_hot_joint = one_hot_xᵀ · one_hot_y", one_hot_x.transpose() * &one_hot_y);

    page.say("And two numbers:");
    let two_numbers = page.show("two_numbers", velocity_row.clone());
    page.audit(&two_numbers, printed("0.3 0.5", PLACES));

    page.ask(
        "Back from a class to a velocity: what does each of the three say?",
        "The numbers say what was written. A class says the middle of its interval, joint or not.",
    );
    page.say(format!(
        "Class {x_class} of x begins {x_class} widths above −1, and its middle is half a width further; likewise class \
         {y_class} of y.",
    ));
    let half = Traced::one() / 2.into();
    let decoded =
        [x_class, y_class].map(|class| (Traced::from(class) + half.clone()) * width.clone() - 1.into());
    page.show("decoded", DMatrix::from_row_slice(1, 2, &decoded));

    page.say(
        "Even the right class misses by up to half a width on each axis, if its middle is the answer; where velocities are \
         spread evenly the root mean square of what it misses, both axes together, is width / √6:",
    );
    page.value("largest_miss = resolution / 2", width.clone() / 2.into());
    let floor = page.value("floor", width / Traced::from(6).sqrt());

    page.section("How the outputs grow");
    page.say(format!(
        "Outputs of each head, and weights and biases θ of the whole network ({STATE} inputs, {hidden} hidden units), as \
         the intervals get narrower. A layer has a weight for each input of each of its units, and a bias for each unit. The \
         last column is the floor in m/s, which two numbers do not have."
    ));
    page.formula(
        r"\theta = \text{hidden} \cdot (\text{inputs} + 1) + \text{outputs} \cdot (\text{hidden} + 1)",
        "θ = hidden · (inputs + 1) + outputs · (hidden + 1)",
    );
    page.formula(r"\text{floor} = \frac{\text{width}}{\sqrt 6}", "floor = width / √6");
    page.ask(
        "Intervals of a tenth of the width: how many times the outputs?",
        "A hundred times with a class for each pair, ten times with a class for each interval of each axis. Two numbers \
         stay two.",
    );
    let theta = |outputs: usize| hidden * (STATE + 1) + outputs * (hidden + 1);
    let resolutions = literal("0.1 0.05 0.02 0.01");
    let growth: Vec<Bins> = resolutions.iter().map(intervals).collect::<Result<_, _>>()?;
    let outputs = |bins: &Bins| VelocityHead::ALL.map(|head| head.outputs(bins));
    let rows = growth.iter().zip(&resolutions).map(|(bins, resolution)| {
        let [joint, factorised, numbers] = outputs(bins);
        let floor = bins.rms_error() * 2_f64.sqrt();
        [
            resolution.into(),
            joint.into(),
            factorised.into(),
            numbers.into(),
            theta(joint).into(),
            theta(factorised).into(),
            theta(numbers).into(),
            floor.into(),
        ]
    });
    let columns = ["m/s", "joint", "factorised", "numbers", "θ joint", "θ factorised", "θ numbers", "floor"];
    let table = page.table("growth", columns, rows.collect());
    if *timings {
        let step = |bins: &Bins| -> Result<Field, Box<dyn std::error::Error>> {
            Ok((1000.0 * seconds_a_step(VelocityHead::Joint, bins, hidden)?).into())
        };
        table.add_column("joint ms", growth.iter().map(step).collect::<Result<_, _>>()?);
    }

    let finest = &growth[growth.len() - 1];
    page.with_the_default_inputs(|page| {
        let counts = [bins.count(), bins.count(), outputs(&bins)[0], outputs(finest)[0]];
        let counted = page.show("counted", DMatrix::from_row_slice(1, 4, &counts));
        page.audit(&counted, printed("20 20 400 40000", 0));

        let ([joint, factorised, numbers], [joint_fine, factorised_fine, _]) = (outputs(&bins), outputs(finest));
        page.claim(
            Origin::Page,
            "Classes do not scale.",
            ClaimVerdict::under(
                "there is a class for each pair",
                factorised_fine / factorised > 10,
                joint_fine / joint > 10,
            ),
            format!(
                "At a tenth of the width the joint head grows from {joint} to {joint_fine} outputs, the factorised one, \
                 which the source itself writes down, from {factorised} to {factorised_fine}."
            ),
        );
        page.claim(
            Origin::Page,
            "Two neurons in place of many greatly decrease the complexity of the model.",
            10 * theta(numbers) < theta(joint),
            format!(
                "With {hidden} hidden units {} weights and biases become {}; the factorised head has {}.",
                theta(joint),
                theta(numbers),
                theta(factorised)
            ),
        );
        Ok(())
    })?;
    let lines = VelocityHead::ALL.iter().enumerate().map(|(i, head)| {
        let point = |bins: &Bins| (bins.count() as f64, outputs(bins)[i] as f64);
        Line::new(head.to_string(), growth.iter().map(point).collect())
    });
    page.figure(
        "outputs_by_intervals",
        format!(
            "Both axes logarithmic. With {} to {} intervals an axis the joint head takes {} to {} outputs, the factorised one \
             {} to {}, and two numbers stay two.",
            growth[0].count(),
            finest.count(),
            outputs(&growth[0])[0],
            outputs(finest)[0],
            outputs(&growth[0])[1],
            outputs(finest)[1]
        ),
        Chart::Lines {
            x: Axis::logarithmic("intervals an axis"),
            y: Axis::logarithmic("outputs"),
            lines: lines.collect(),
        },
    );

    page.section("Two numbers between −1 and 1");
    page.say(
        "The last layer gives any number; a velocity lies between −1 and 1. The source suggests to stretch the sigmoid, \
         and what comes out has a name of its own:",
    );
    page.formula(
        r"f(x) = 2\left(\sigma(x) - \tfrac12\right) = \tanh\frac{x}{2} \qquad f'(x) = \tfrac12\left(1 - f(x)^2\right)",
        "f(x) = 2 (σ(x) − ½) = tanh(x/2),   f′(x) = ½ (1 − f(x)²)",
    );
    let x = page.show("x", literal("-6 -3 -1 0 1 3 6"));
    let sigmoid = page.show("sigmoid", x.map(|x| Traced::one() / (Traced::one() + (-x).exp())));
    let stretched = page
        .show("stretched = 2 · ( sigmoid − ½ )", sigmoid.map(|sigmoid| (sigmoid - half.clone()) * 2.into()));
    let half_tanh = page.show("half_tanh", x.map(|x| (x / 2.into()).tanh()));
    let slope = page.show(
        "slope = ½ · ( 1 − half_tanh ∘ half_tanh )",
        half_tanh.map(|answer| (Traced::one() - answer.clone() * answer) * half.clone()),
    );
    page.say("The sum of all answers has each slope as its derivative by one x:");
    let answers = page.value("answers = Σ( stretched )", stretched.sum());
    page.prove_gradient(&slope, &answers, &x);

    page.say(
        "The slope is largest in the middle and dies away at both ends: with the squared error, a network whose answer is \
         close to ±1 where that is wrong learns slowly.",
    );
    let (far, rounded_far) = (bipolar_sigmoid(10.0), bipolar_sigmoid(40.0));
    page.claim(
        Origin::Page,
        "Since the sigmoid lies between 0 and 1, f lies between −1 and 1, both excluded.",
        ClaimVerdict::under("nothing is rounded", rounded_far < 1.0, far < 1.0),
        format!(
            "f(10) is {}. No finite x gives 1, so a velocity of exactly 1 m/s is never answered; in double precision, \
             f(40) is rounded to {}.",
            decimal(far, 6),
            decimal(rounded_far, 6)
        ),
    );

    page.section("Two tasks");
    page.say(
        "Which head is better depends on what it has to learn, so there are two tasks. In both the network sees four \
         numbers: where the character is, and where its goal is, all between −1 and 1 m. On the free way it should walk \
         towards the goal, slower the closer it is: with d the way to the goal,",
    );
    page.formula(
        r"v = \frac{d}{\tfrac12\,\text{m} + |d|} \cdot 1\,\tfrac{\text{m}}{\text{s}}",
        "v = d / (½ m + |d|) · 1 m/s",
    );
    page.say(
        "In the other task an obstacle stands in the way, and the character has to step aside, at a right angle to the way \
         and as fast as on the free way. Left and right are equally good, and the examples to learn from show sometimes \
         the one and sometimes the other, by lot.",
    );
    page.ask(
        "Two numbers are trained with the squared error. What will they answer at the obstacle?",
        "The number with the smallest mean squared distance to what was shown is the mean of what was shown. Of left and \
         right that is neither: it is to stand still.",
    );
    page.say(
        "An error is the distance in m/s between the answer and the nearest right velocity, as the root mean square over \
         fresh situations. A classifier is judged by its calibration, too: whether its answers are right as often as the \
         probability that it gives them says.",
    );

    page.section("Trained");
    let seeds: Vec<u64> = (0..SEEDS).map(|i| seed.wrapping_add(i)).collect();
    page.say(format!(
        "Every head is trained on the same {train_size} situations for {epochs} epochs with {hidden} hidden units and the \
         same learning rate, {}, each with {SEEDS} seeds from {seed} on, which decide weights, situations and their order. \
         The columns are the mean error in m/s and the smallest and largest of the {SEEDS}, the mean probability of the \
         answers (sure), the share of answers in the right classes (right), and the expected calibration error (ECE); KiB is \
         the memory of the parameters θ in single precision.",
        decimal(RATE, 4)
    ));
    let budget = Budget { bins: bins.clone(), train_size, epochs };
    let trial = |task, head, hidden, rate: f64, seed| Trial {
        task,
        head,
        hidden,
        learning_rate: nalgebra::convert(rate),
        seed,
    };
    let mut trials = Vec::new();
    for task in TASKS {
        for head in VelocityHead::ALL {
            trials.extend(seeds.iter().map(|&seed| trial(task, head, hidden, RATE, seed)));
        }
    }
    let compared = trials.len();
    for head in [VelocityHead::Factorised, VelocityHead::Regression] {
        trials.extend(seeds.iter().map(|&seed| trial(Steering::FreeWay, head, hidden, SMALL_RATE, seed)));
    }
    let rated = trials.len();
    let sizes = sizes(hidden);
    for task in TASKS {
        for hidden in sizes {
            trials
                .extend(seeds.iter().map(|&seed| trial(task, VelocityHead::Regression, hidden, RATE, seed)));
        }
    }
    let outcomes = Trial::run_all(&trials, &budget, |done| page.report("training", done, trials.len()))?;
    let (by_seed, by_rate, by_size) = (&outcomes[..compared], &outcomes[compared..rated], &outcomes[rated..]);

    let groups: Vec<&[Outcome]> = by_seed.chunks(seeds.len()).collect();
    let errors: Vec<Spread> =
        groups.iter().map(|group| Spread::of(group.iter().map(Outcome::error))).collect();
    let kinds = TASKS.iter().flat_map(|task| VelocityHead::ALL.map(|head| (task, head)));
    let rows = kinds.zip(&groups).zip(&errors).map(|(((task, head), group), error)| {
        let parameters = group[0].network.parameters();
        let calibration = |of: fn(&Calibration) -> f64| -> Field {
            let numbers: Option<Vec<f64>> =
                group.iter().map(|run| run.calibration.as_ref().map(of)).collect();
            numbers.map_or("–".into(), |numbers| Spread::of(numbers).mean.into())
        };
        [
            task.to_string().into(),
            head.to_string().into(),
            parameters.into(),
            (parameters * size_of::<f32>()).div_ceil(1024).into(),
            error.mean.into(),
            error.lowest.into(),
            error.highest.into(),
            calibration(|c| c.confidence),
            calibration(|c| c.accuracy),
            calibration(|c| c.error),
        ]
    });
    let columns = ["task", "head", "θ", "KiB", "error", "least", "most", "sure", "right", "ECE"];
    page.table("heads", columns, rows.collect());
    if *timings {
        page.say(
            "Measured on this machine, one network at a time: seconds that an epoch takes, from steps of 32.",
        );
        let steps = train_size.div_ceil(32) as f64;
        let times = VelocityHead::ALL.map(|head| {
            seconds_a_step(head, &bins, hidden).map(|step| [head.to_string().into(), (steps * step).into()])
        });
        page.table("times", ["head", "seconds an epoch"], times.into_iter().collect::<Result<_, _>>()?);
    }

    let still =
        TASKS.map(|task| Spread::of(seeds.iter().map(|&seed| task.draw(10_000, seed).rms_speed())).mean);
    page.say(format!(
        "To compare: a character that always stands still misses by {} m/s in both tasks, and the floor of the \
         classifiers is {} m/s.",
        decimal(still[0], 2),
        decimal(floor, 4)
    ));
    let [free_joint, free_factorised, free_numbers, joint, factorised, numbers] = errors[..] else {
        return Err("there are two tasks and three heads".into());
    };
    page.headline(
        Origin::Page,
        "The problem can be treated as regression just as well: two numbers in place of the classes.",
        ClaimVerdict::under(
            "a single velocity is right",
            numbers.highest < still[1] / 2.0,
            free_numbers.highest < still[0] / 2.0,
        ),
        format!(
            "Where left and right are equally right, two numbers trained with the squared error miss both by {} m/s, not \
             much less than standing still ({}); one softmax over all pairs of intervals misses by {}, and one softmax an axis, which \
             can pair the x of the one answer with the y of the other, by {} ({SEEDS} seeds).",
            decimal(numbers.mean, 2),
            decimal(still[1], 2),
            decimal(joint.mean, 2),
            decimal(factorised.mean, 2)
        ),
    );
    page.say(format!(
        "A learning rate can suit one head and not another. On the free way, the factorised head and two numbers again at a \
         small rate, beside the rate from above; mean, smallest and largest error of the {SEEDS} seeds:"
    ));
    let slow: Vec<Spread> =
        by_rate.chunks(seeds.len()).map(|group| Spread::of(group.iter().map(Outcome::error))).collect();
    let rated = [
        (VelocityHead::Factorised, SMALL_RATE, slow[0]),
        (VelocityHead::Factorised, RATE, free_factorised),
        (VelocityHead::Regression, SMALL_RATE, slow[1]),
        (VelocityHead::Regression, RATE, free_numbers),
    ];
    let rows = rated.map(|(head, rate, error)| {
        [head.to_string().into(), rate.into(), error.mean.into(), error.lowest.into(), error.highest.into()]
    });
    page.table("rates", ["head", "learning rate", "error", "least", "most"], rows.to_vec());
    page.headline(
        Origin::Page,
        "One class an interval, for each axis, predicts better than two numbers.",
        ClaimVerdict::under(
            "two opposite velocities are equally right, or the steps of training are small",
            free_factorised.highest < free_numbers.lowest,
            factorised.highest < numbers.lowest && slow[0].highest < slow[1].lowest,
        ),
        format!(
            "Where one velocity is right, two numbers miss it by {} m/s ({} to {} over {SEEDS} seeds), one softmax an axis by \
             {} ({} to {}), and one softmax over all pairs by {} ({} to {}); with steps of a tenth of the size, two numbers by \
             {} and one softmax an axis by {}.",
            decimal(free_numbers.mean, 2),
            decimal(free_numbers.lowest, 2),
            decimal(free_numbers.highest, 2),
            decimal(free_factorised.mean, 2),
            decimal(free_factorised.lowest, 2),
            decimal(free_factorised.highest, 2),
            decimal(free_joint.mean, 2),
            decimal(free_joint.lowest, 2),
            decimal(free_joint.highest, 2),
            decimal(slow[1].mean, 2),
            decimal(slow[0].mean, 2)
        ),
    );
    let on_the_way =
        |group: &[Outcome]| Spread::of(group.iter().map(|run| Spread::of(run.errors.iter().copied()).mean));
    let way: Vec<Spread> = groups.iter().map(|group| on_the_way(group)).collect();
    page.claim(
        Origin::Page,
        "Classes are easier to learn than two numbers.",
        ClaimVerdict::under(
            "two opposite velocities are equally right",
            way[1].highest < way[2].lowest,
            way[4].highest < way[5].lowest,
        ),
        format!(
            "The mean error over all {epochs} epochs, the quicker learnt the smaller: {} m/s with two numbers against {} with \
             one softmax an axis on the free way, {} against {} at the obstacle (means of {SEEDS} seeds; the closest seeds are \
             {} and {}, {} and {}).",
            decimal(way[2].mean, 2),
            decimal(way[1].mean, 2),
            decimal(way[5].mean, 2),
            decimal(way[4].mean, 2),
            decimal(way[2].highest, 2),
            decimal(way[1].lowest, 2),
            decimal(way[5].lowest, 2),
            decimal(way[4].highest, 2)
        ),
    );

    let curve = |group: &[Outcome], of: fn(&Outcome) -> &[f64]| -> Vec<f64> {
        (0..epochs).map(|epoch| Spread::of(group.iter().map(|run| of(run)[epoch])).mean).collect()
    };
    let curves = |groups: &[&[Outcome]], of: fn(&Outcome) -> &[f64], is_relative: bool| -> Vec<Line> {
        let line = |(group, head): (&&[Outcome], &VelocityHead)| {
            let curve = curve(group, of);
            let unit = if is_relative { curve[0] } else { 1.0 };
            let points = curve.iter().enumerate().map(|(i, y)| ((i + 1) as f64, y / unit));
            Line::new(head.to_string(), points.collect())
        };
        groups.iter().zip(&VelocityHead::ALL).map(line).collect()
    };
    let losses = curves(&groups[..3], |run| &run.losses, true);
    let last = |line: &Line| line.points.last().map_or(f64::NAN, |&(_, y)| y);
    page.figure(
        "loss_by_epoch",
        format!(
            "The training loss on the free way, as a share of that of the first epoch, since the losses of the heads have no \
             common unit. After the last epoch the joint head is at {}, the factorised one at {}, two numbers at {}.",
            decimal(last(&losses[0]), 2),
            decimal(last(&losses[1]), 2),
            decimal(last(&losses[2]), 2)
        ),
        Chart::Lines { x: Axis::linear("epoch"), y: Axis::logarithmic("loss, share of the first"), lines: losses },
    );
    page.figure(
        "error_at_the_obstacle",
        format!(
            "The error at the obstacle by epoch, the mean of {SEEDS} seeds. It ends at {} m/s for the joint head, {} for the \
             factorised one and {} for two numbers.",
            decimal(joint.mean, 2),
            decimal(factorised.mean, 2),
            decimal(numbers.mean, 2)
        ),
        Chart::Lines {
            x: Axis::linear("epoch"),
            y: Axis::linear("error in m/s"),
            lines: curves(&groups[3..], |run| &run.errors, false),
        },
    );

    page.section("Inside the answers");
    page.say(
        "The character stands at (−0.4, −0.3) m, its goal at (0.4, 0.3) m, the obstacle between. Two velocities are right, a row \
         each, to the left first:",
    );
    let state = [-0.4, -0.3, 0.4, 0.3];
    let right = Steering::Obstacle.right_velocities(state);
    let right_velocities = DMatrix::from_fn(2, 2, |i, j| right[i][j]);
    page.show("right_velocities", right_velocities);

    let at = |state: [f64; 4]| DMatrix::from_fn(STATE, 1, |i, _| nalgebra::convert(state[i]));
    let [joint_network, factorised_network, numbers_network] = [3, 4, 5].map(|i| &groups[i][0].network);
    let average = numbers_network.predict(&at(state))?.map(f64::from);
    page.say(format!(
        "Two numbers, trained with the first seed, answer with a velocity that is {} m/s from the nearest right one and {} m/s \
         from standing still. The joint softmax gives a probability to each pair:",
        decimal(Steering::Obstacle.miss(state, [average[0], average[1]]), 2),
        decimal(average.norm(), 2)
    ));
    let probabilities = joint_network.predict(&at(state))?;
    let count = bins.count();
    let joint_probability = DMatrix::from_fn(count, count, |x, y| f64::from(probabilities[x * count + y]));
    let [to_the_left, to_the_right] = [0, 1].map(|side| {
        let is_near = |class: usize, component: f64| {
            (to_f64(&DMatrix::from_element(1, 1, bins.centre(class)))[0] - component).abs() < 0.2
        };
        let near = |x, y| is_near(x, right[side][0]) && is_near(y, right[side][1]);
        DMatrix::from_fn(count, count, |x, y| if near(x, y) { joint_probability[(x, y)] } else { 0.0 }).sum()
    });
    page.figure(
        "joint_probability",
        format!(
            "The probability of every pair of intervals at the obstacle: a row an x, a column a y. The pairs within 0.2 m/s of \
             the velocity to the left, on each axis, have {} together, those within 0.2 m/s of the one to the right {}.",
            decimal(to_the_left, 2),
            decimal(to_the_right, 2)
        ),
        Chart::Heatmap { values: joint_probability.map(|probability| (1000.0 * probability).round() / 1000.0), rows: "interval of x", columns: "interval of y", decimals: None },
    );
    page.say(
        "What does each head do when the goal is moved round the character, at a distance of 1 m? The figure shows how fast it \
         moves aside: to the left upwards, to the right downwards, and not at all at 0.",
    );
    let around = |degrees: u16| {
        let (sine, cosine) = f64::from(degrees).to_radians().sin_cos();
        ([-cosine / 2.0, -sine / 2.0, cosine / 2.0, sine / 2.0], [-sine, cosine])
    };
    let directions: Vec<u16> = (0..360).step_by(5).collect();
    let states =
        DMatrix::from_fn(STATE, directions.len(), |i, j| nalgebra::convert(around(directions[j]).0[i]));
    let aside = |head: VelocityHead, network: &Network<f32>| -> Result<Line, ShapeError> {
        let answers = head.answers(&bins, network, &states)?;
        let points = directions.iter().zip(answers).map(|(&degrees, answer)| {
            let (_, [x, y]) = around(degrees);
            (f64::from(degrees), answer.velocity[0] * x + answer.velocity[1] * y)
        });
        Ok(Line::new(head.to_string(), points.collect()))
    };
    let lines = vec![
        aside(VelocityHead::Joint, joint_network)?,
        aside(VelocityHead::Factorised, factorised_network)?,
        aside(VelocityHead::Regression, numbers_network)?,
    ];
    let aside_right = 1.0 / 1.5;
    page.figure(
        "two_answers",
        format!(
            "How fast each head moves aside, by the direction of the goal. Right are {} m/s to the left and as much to the right.",
            decimal(aside_right, 2)
        ),
        Chart::Lines { x: Axis::linear("direction of the goal in degrees"), y: Axis::linear("aside in m/s"), lines },
    );
    page.say(
        "A head that chooses among pairs can choose one of the right ones. A head that chooses x and y apart does not know that \
         they belong together: the x of the one with the y of the other is, on the diagonals, a velocity straight at the \
         obstacle or straight back.",
    );

    page.section("More neurons in the middle");
    page.say(format!(
        "Would two numbers be better off with a larger hidden layer? The same trials with {}, {hidden} and {} units, mean errors in \
         m/s over the {SEEDS} seeds:",
        sizes[0], sizes[1]
    ));
    let by_size: Vec<f64> =
        by_size.chunks(seeds.len()).map(|group| Spread::of(group.iter().map(Outcome::error)).mean).collect();
    let [free_few, free_many, few, many] = by_size[..] else {
        return Err("there are two tasks and two sizes".into());
    };
    let sized = vec![
        [sizes[0].into(), free_few.into(), few.into()],
        [hidden.into(), free_numbers.mean.into(), numbers.mean.into()],
        [sizes[1].into(), free_many.into(), many.into()],
    ];
    page.table("hidden_units", ["hidden units", "free way", "obstacle"], sized);
    let lessens = |fewer: f64, more: f64| more < 0.9 * fewer;
    page.claim(
        Origin::Page,
        "With two outputs, more neurons in the middle layer avoid underfitting.",
        ClaimVerdict::under(
            "there were few",
            lessens(free_numbers.mean, free_many) || lessens(numbers.mean, many),
            lessens(free_few, free_numbers.mean),
        ),
        format!(
            "From {} to {hidden} units the error on the free way goes from {} to {} m/s, from {hidden} to {} to {}: a tenth or more \
             counts as less. At the obstacle, where standing still misses by {}, it is {}, {} and {}.",
            sizes[0],
            decimal(free_few, 3),
            decimal(free_numbers.mean, 3),
            sizes[1],
            decimal(free_many, 3),
            decimal(still[1], 2),
            decimal(few, 2),
            decimal(numbers.mean, 2),
            decimal(many, 2)
        ),
    );

    page.section("Exercises");
    let hand = [literal("-0.95")[0].clone(), literal("1")[0].clone()];
    let hand_bins = intervals(&literal("0.1")[0])?;
    page.exercise(
        "With intervals of 0.1 m/s, which classes hold −0.95 and 1 m/s, counted from 0, and which velocity do they mean?",
        format!(
            "Classes {} and {}, which mean {} and {} m/s.",
            hand_bins.index(&hand[0])?,
            hand_bins.index(&hand[1])?,
            decimal(hand_bins.centre(hand_bins.index(&hand[0])?), 2),
            decimal(hand_bins.centre(hand_bins.index(&hand[1])?), 2)
        ),
    );
    page.exercise(
        "A velocity has a third component, up and down. How many outputs do the three heads take with 20 intervals an axis?",
        format!("{} for one class a triple, {} for one class an interval of each axis, 3 numbers.", 20_usize.pow(3), 20 * 3),
    );
    page.exercise(
        "The character could also pass the obstacle at an angle of 45° to its way, left or right. Which velocity do two numbers \
         answer then, if the way goes to the right and the speed is 1 m/s?",
        format!(
            "The average of both: {} m/s straight ahead, into the obstacle.",
            decimal(std::f64::consts::FRAC_1_SQRT_2, 2)
        ),
    );
    page.numpy(include_str!("numpy/velocity_heads.py"));
    Ok(())
}

/// What a step of 32 situations takes, from a few steps after a first one.
fn seconds_a_step(head: VelocityHead, bins: &Bins, hidden: usize) -> Result<f64, Box<dyn std::error::Error>> {
    const STEPS: u8 = 5;
    let shown = Steering::FreeWay.draw(32, 1);
    let batch = Samples { targets: head.targets(bins, &shown.velocities)?, inputs: shown.states };
    let mut network = Network::new([STATE, hidden, head.outputs(bins)], head.head(), 1);
    let mut sgd = Sgd::new(nalgebra::convert(RATE), 32, 1);
    sgd.step(&mut network, &batch)?;
    let (steps, seconds) =
        cli::timed(|| (0..STEPS).try_for_each(|_| sgd.step(&mut network, &batch).map(drop)));
    steps?;
    Ok(seconds / f64::from(STEPS))
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
