//! A velocity as the output of a network: a class for each pair, a class for each interval of each axis, or two numbers.

use clap::Args;
use nalgebra::DMatrix;
use num_traits::{One, Signed, ToPrimitive};
use std::f64::consts::{FRAC_1_SQRT_2, PI};
use std::process::ExitCode;
use worked_examples::Exact;
use worked_examples::class::Draw;
use worked_examples::cli::{self, KnownMistake, Topic, Unusable, matrix, number};
use worked_examples::math::{BinError, Bins, argmax, bipolar_sigmoid, one_hot};
use worked_examples::notebook::{
    Axis, Chart, ClaimVerdict, Field, Line, Origin, Page, Told, Traced, decimal, literal, printed, quote,
    write_number,
};
use worked_examples::training::{
    BATCH, Budget, Calibration, Contestant, Errors, FRESH, Outcome, STATE, Sgd, Spread, Steering, Tuned,
    VelocityHead, VelocityModel,
};

/// What is given.
#[derive(Args)]
pub struct Inputs {
    /// The velocity that is written in three ways: x and y, from -1 to 1 m/s
    #[arg(long, value_parser = matrix, default_value = "0.3 0.5")]
    pub velocity: DMatrix<Exact>,
    /// How wide an interval is, in m/s: a number that divides 2, at least 0.01
    #[arg(long, value_parser = number, default_value = "0.1")]
    pub resolution: Exact,
    /// The first of the three seeds that everything is trained with
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many situations a network learns from, at most 20000
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    pub train_size: u16,
    /// How often it sees each of them, at most 200
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub epochs: u16,
    /// How many units the hidden layer has, at most 256
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub hidden: u16,
    /// Measure times, which differ from run to run
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
    question: "A network has to output a velocity. Should it choose among classes, or output two numbers?",
    source: Some(
        "Somebody trains a network that controls a character's speed with 400 output neurons, and asks whether fewer \
         would do. An answer writes the classes down axis by axis and suggests two numbers in their place. Both ways \
         are tested here, and one more.",
    ),
    lesson: "Three ways to let a network output a velocity, what each of them costs, and what they do where there are two good \
         answers.",
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
            instead: "count the gaps, and not the fence posts: there is one gap less",
        },
        KnownMistake {
            name: "one_hot_x",
            kind: "precision",
            equation: "x_in_single_precision",
            instead: "this is the class that single precision gives; on an edge, compute in fractions, or round before you cut off",
        },
        KnownMistake {
            name: "one_hot_y",
            kind: "precision",
            equation: "y_in_single_precision",
            instead: "this is the class that single precision gives; on an edge, compute in fractions, or round before you cut off",
        },
        KnownMistake {
            name: "points",
            kind: "intervals",
            equation: "intervals",
            instead: "count the fence posts, and not the gaps: there is one post more",
        },
    ],
    check,
    vary,
    is_worth_working: |_| true,
    tell,
};

/// Another velocity and another hidden layer; training is short, since the exercise is about the encodings.
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
/// What training may take: little more than the default inputs. Five billion of these took a second.
const MOST_STEPS: u64 = 50_500_000_000;

fn check(inputs: &Inputs) -> Result<(), Unusable> {
    let Inputs { velocity, resolution, hidden, train_size, epochs, .. } = inputs;
    cli::expect_shape("--velocity", velocity.shape(), (1, 2), "two numbers, x and y")?;
    let one = Exact::from_integer(1.into());
    if let Some(component) = velocity.iter().find(|component| component.abs() > one) {
        let given = quote(&write_number(component));
        return Err(Unusable::option("--velocity", format!("given {given}, expected x and y from -1 to 1")));
    }
    let given = quote(&write_number(resolution));
    let bins = intervals(resolution).map_err(|_| {
        let why = format!("given {given}, expected a number that divides 2, from 0.01 to 2");
        Unusable::option("--resolution", why)
    })?;
    if bins.count() > MOST_INTERVALS {
        let count = bins.count();
        let why =
            format!("given {given}: that makes {count} intervals an axis, at most {MOST_INTERVALS} are used");
        return Err(Unusable::option("--resolution", why));
    }
    let budget = Budget { bins, train_size: (*train_size).into(), epochs: (*epochs).into() };
    let contestants = contestants((*hidden).into());
    let longer = LONGER.map(|index| contestants[index]);
    let steps = Tuned::steps(&contestants, &budget, RATES.len(), SEEDS)
        + LONGER_EPOCHS * Tuned::steps(&longer, &budget, 0, SEEDS);
    if steps > MOST_STEPS {
        let outputs = VelocityHead::Joint.outputs(&budget.bins);
        let why = format!(
            "given {train_size}: with {epochs} epochs, {hidden} hidden units and {outputs} outputs training takes {steps} \
             steps, at most {MOST_STEPS} are made"
        );
        return Err(Unusable::option("--train-size", why));
    }
    Ok(())
}

fn intervals(resolution: &Exact) -> Result<Bins, BinError> {
    Bins::new(Exact::from_integer((-1).into()), Exact::from_integer(1.into()), resolution.clone())
}

/// Everything is trained with so many seeds.
const SEEDS: usize = 3;
/// The learning rates that are tried.
const RATES: [f64; 5] = [0.5, 1.0, 2.0, 4.0, 8.0];
const TASKS: [Steering; 2] = [Steering::FreeWay, Steering::Obstacle];
/// The factorised head and two numbers on the free way are also trained so many times as long.
const LONGER: [usize; 2] = [1, 3];
const LONGER_EPOCHS: u64 = 4;

/// All heads on both tasks, and then two numbers on the free way with a smaller and a larger hidden layer.
fn contestants(hidden: usize) -> Vec<Contestant> {
    let heads =
        TASKS.iter().flat_map(|&task| VelocityHead::ALL.map(|head| Contestant { task, head, hidden }));
    let sized = [hidden.div_ceil(8), 2 * hidden].map(|hidden| Contestant {
        task: Steering::FreeWay,
        head: VelocityHead::Regression,
        hidden,
    });
    heads.chain(sized).collect()
}

fn tell(inputs: &Inputs, page: &mut Page) -> Told {
    let Inputs { velocity, resolution, .. } = inputs;
    let hidden = usize::from(inputs.hidden);
    let half = Traced::one() / 2.into();

    page.section("What is given");
    page.say(
        "A network controls how fast a character moves in two directions, x and y, each between −1 and 1 m/s. Its last layer \
         and the loss that it is trained with are called its head. Here are three heads for a velocity: a class for each pair \
         of an x and a y, a class for each x and a class for each y, or just two numbers.",
    );
    let velocity_row = page.given("velocity", velocity);
    let width = page.given_number("resolution", resolution);
    page.given_number("hidden", &Exact::from_integer(hidden.into()));

    page.section("Intervals and points");
    page.ask(
        format!("How many values are there from −1 to 1 in steps of {}?", decimal(resolution, 4)),
        "It depends on whether you count the gaps or the fence posts: there is always one post more.",
    );
    let bins = intervals(resolution)?;
    let counted_intervals = page.value("intervals = 2 / resolution", Traced::from(2) / width.clone());
    page.value("points = intervals + 1", counted_intervals + Traced::one());
    page.with_the_default_inputs(|page| {
        page.say(
            "The source writes six numbers of an axis over its neurons, and under them a row for each component of the \
             velocity. On the axis of all points they are:",
        );
        let points: Vec<Exact> = bins.points().collect();
        let [x, y] = [bins.nearest_point(&velocity[0])?, bins.nearest_point(&velocity[1])?];
        let shown = [0, 1, 13, 14, 15, 20];
        let axis_excerpt = page.show("axis_excerpt", DMatrix::from_fn(1, 6, |_, j| points[shown[j]].clone()));
        page.audit(&axis_excerpt, printed("-1 -0.9 0.3 0.4 0.5 1.0", 1));
        let rows = [x, y].map(|index| one_hot::<Exact>(index, points.len()));
        let one_hot_excerpt =
            page.show("one_hot_excerpt", DMatrix::from_fn(2, 6, |i, j| rows[i][shown[j]].clone()));
        page.audit(&one_hot_excerpt, printed("0 0 1 0 0 0; 0 0 0 0 1 0", 0));
        page.claim(
            Origin::Implied("in the answer, where it writes an axis over the neurons"),
            "The neurons that the question counts, 20 for each direction, stand for the numbers −1, −0.9 … 1.0.",
            ClaimVerdict::under(
                "a neuron stands for a point, so that there are 21 for each direction",
                points.len() == 20,
                points.len() == 21,
            ),
            format!(
                "The question splits the range into intervals, of which there are {}; the axis has {} points. {} is one of \
                 the points, but an edge between two of the intervals.",
                bins.count(),
                points.len(),
                decimal(&velocity[0], 1)
            ),
        );
        Ok(())
    })?;

    page.section("Three ways to write a velocity");
    page.say(
        "From here on a class is an interval. It contains its lower edge and not its upper one; only the last interval \
         contains both. So every velocity from −1 to 1 has exactly one class. A row with a 1 for the right class and 0 for all \
         others is called one-hot. With a class for each interval of each axis, which is called factorised here, the velocity \
         becomes two one-hot rows:",
    );
    let [x_class, y_class] = [bins.index(&velocity[0])?, bins.index(&velocity[1])?];
    let one_hot_x = page.show("one_hot_x", one_hot::<Exact>(x_class, bins.count()));
    let one_hot_y = page.show("one_hot_y", one_hot::<Exact>(y_class, bins.count()));
    for (name, component, class) in
        [("x_in_single_precision", &velocity[0], x_class), ("y_in_single_precision", &velocity[1], y_class)]
    {
        let in_single = class_in_single_precision(component, resolution, bins.count());
        if in_single != class {
            page.say(format!(
                "{} lies on the edge between two classes, and there rounding decides: in single precision (v + 1) / width \
                 comes out below {class}, and a program that cuts off its decimals takes class {in_single}:",
                decimal(component, 4)
            ));
            page.show(name, one_hot::<Exact>(in_single, bins.count()));
        }
    }
    let [x_class, y_class] = [&one_hot_x, &one_hot_y].map(|row| argmax(row).unwrap_or_default());
    page.say(
        "With a class for each pair, which is called joint here, it becomes a single 1 in a table: a row an x, a column a y. \
         It is the row of x, turned into a column, times the row of y.",
    );
    let one_hot_joint = page.show("one_hot_joint", one_hot_x.transpose() * &one_hot_y);
    let ones = |matrix: &DMatrix<Traced>| matrix.iter().filter(|entry| **entry == Traced::one()).count();
    page.claim(
        Origin::Said("in the answer, on classification"),
        "The expected output has a single 1 for each component of the velocity, and 0 everywhere else.",
        ClaimVerdict::under(
            "each direction has neurons of its own",
            ones(&one_hot_joint) == 2,
            [&one_hot_x, &one_hot_y].map(ones) == [1, 1],
        ),
        format!(
            "Of the {} neurons that the question counts a single one is 1, for x and y together. The rows of the answer are \
             another encoding, with {} neurons: it needs fewer already.",
            one_hot_joint.len(),
            one_hot_x.len() + one_hot_y.len()
        ),
    );
    page.say("And two numbers:");
    let two_numbers = page.show("two_numbers", velocity_row.clone());
    page.audit(&two_numbers, printed("0.3 0.5", 1));

    page.section("And back again");
    page.ask(
        "Back from a class to a velocity: what does each of the three encodings give?",
        "Two numbers give back what was written. A class gives the middle of its interval, joint or not.",
    );
    page.say(format!(
        "Class {x_class} of x begins {x_class} widths above −1, and its middle is half a width further; likewise class \
         {y_class} of y.",
    ));
    let decoded =
        [x_class, y_class].map(|class| (Traced::from(class) + half.clone()) * width.clone() - 1.into());
    let decoded = page.show("decoded", DMatrix::from_row_slice(1, 2, &decoded));
    page.say(
        "The middle of the right class misses by up to half a width on each axis. Where velocities are spread evenly, the root \
         mean square of its distance, both axes together, is width / √6. This is called the floor here:",
    );
    let largest_miss = page.value("largest_miss = resolution / 2", width.clone() / 2.into());
    let floor = page.value("floor", width / Traced::from(6).sqrt());
    page.with_the_default_inputs(|page| {
        let missed = (&decoded - &velocity_row).map(|miss| miss.value().clone());
        page.say(format!(
            "Here the middles miss by {} and {} m/s. Both velocities lie on an edge, and {} m/s is the most that an interval \
             can miss. The points of the source's axis would give both exactly.",
            decimal(&missed[0], 2),
            decimal(&missed[1], 2),
            decimal(largest_miss.value(), 2)
        ));
        Ok(())
    })?;
    page.say(
        "A network does not choose one class, though: a softmax gives each class a probability. There are two ways to read a \
         velocity off them. One takes the middle of the likeliest class, and where velocities are spread evenly it cannot beat the floor. The other takes the expectation: the mean of all middles, each weighted with its probability. It can lie between two middles, and the floor does not bind it.",
    );

    page.section("How the outputs grow");
    page.say(format!(
        "This table has the outputs of each head, and the weights and biases θ of the whole network ({STATE} inputs, {hidden} \
         hidden units), as the intervals get narrower. A layer has a weight for each input of each of its units, and a bias for \
         each unit. The last column is the floor in m/s, which two numbers do not have."
    ));
    page.formula(
        r"\theta = \text{hidden} \cdot (\text{inputs} + 1) + \text{outputs} \cdot (\text{hidden} + 1)",
        "θ = hidden · (inputs + 1) + outputs · (hidden + 1)",
    );
    page.formula(r"\text{floor} = \frac{\text{width}}{\sqrt 6}", "floor = width / √6");
    page.ask(
        "The intervals become ten times narrower. How many times as many outputs are there?",
        "A hundred times as many with a class for each pair, ten times as many with a class for each interval of each axis. \
         Two numbers stay two.",
    );
    let encodings = [VelocityHead::Joint, VelocityHead::Factorised, VelocityHead::Regression];
    let resolutions = literal("0.1 0.05 0.02 0.01");
    let growth: Vec<Bins> = resolutions.iter().map(intervals).collect::<Result<_, _>>()?;
    let outputs = |bins: &Bins| encodings.map(|head| head.outputs(bins));
    let parameters = |bins: &Bins| encodings.map(|head| head.parameters(bins, hidden));
    let rows = growth.iter().zip(&resolutions).map(|(bins, resolution)| {
        let ([a, b, c], [d, e, f]) = (outputs(bins).map(Field::from), parameters(bins).map(Field::from));
        [resolution.into(), a, b, c, d, e, f, (bins.rms_error() * 2_f64.sqrt()).into()]
    });
    let columns = ["m/s", "joint", "factorised", "numbers", "θ joint", "θ factorised", "θ numbers", "floor"];
    let table = page.table("growth", columns, rows.collect());
    if inputs.timings {
        let step = |bins: &Bins| -> Result<Field, Box<dyn std::error::Error>> {
            Ok((1000.0 * seconds_a_step(VelocityHead::Joint, bins, hidden)?).into())
        };
        table.add_column("joint ms", growth.iter().map(step).collect::<Result<_, _>>()?);
    }
    let ([coarsest, .., finest], true) = (&growth[..], growth.len() > 1) else {
        return Err("there are several resolutions".into());
    };
    let ([joint, factorised, _], [joint_fine, factorised_fine, _]) = (outputs(coarsest), outputs(finest));
    page.with_the_default_inputs(|page| {
        let counts = [coarsest.count(), coarsest.count(), joint, joint_fine];
        let counted = page.show("counted", DMatrix::from_row_slice(1, 4, &counts));
        page.audit(&counted, printed("20 20 400 40000", 0));
        page.claim(
            Origin::Said("in the answer, on classification"),
            "Classification does not scale.",
            ClaimVerdict::under(
                "there is a class for each pair",
                factorised_fine / factorised > 10,
                joint_fine / joint > 10,
            ),
            format!(
                "With intervals a tenth as wide, the joint head grows from {joint} to {joint_fine} outputs. The rows that the \
                 answer itself writes down grow from {factorised} to {factorised_fine}, no faster than the intervals.",
            ),
        );
        let [joint, factorised, numbers] = parameters(&bins);
        page.claim(
            Origin::Said("in the answer, on regression"),
            "Two neurons in place of many greatly decrease the complexity of the model.",
            10 * numbers < joint,
            format!(
                "With {hidden} hidden units {joint} weights and biases become {numbers}, less than a tenth, which is what counts \
                 as greatly here. The factorised head has {factorised}.",
            ),
        );
        Ok(())
    })?;
    let lines = encodings.iter().enumerate().map(|(i, head)| {
        let point = |bins: &Bins| (bins.count() as f64, outputs(bins)[i] as f64);
        Line::new(head.to_string(), growth.iter().map(point).collect())
    });
    page.figure(
        "outputs_by_intervals",
        format!(
            "Outputs by intervals per axis, both axes logarithmic. With {} to {} intervals the joint head has {joint} to \
             {joint_fine} outputs and the factorised one {factorised} to {factorised_fine}. Two numbers stay two.",
            coarsest.count(),
            finest.count(),
        ),
        Chart::Lines {
            x: Axis::logarithmic("intervals per axis"),
            y: Axis::logarithmic("outputs"),
            lines: lines.collect(),
        },
    );

    page.section("Few outputs, and x and y still belong together");
    page.say(
        "The factorised head gives x and y separate probabilities, so it cannot say that some pairs belong together. The chain \
         rule of probability can, with hardly more outputs:",
    );
    page.formula(r"p(x, y) = p(x) \cdot p(y \mid x)", "p(x, y) = p(x) · p(y | x)");
    page.say(format!(
        "One network gives p(x), the probability of each class of x. A second one reads a one-hot x beside the state and gives \
         p(y | x), the probability of each class of y once x is known. This head is called chained here. With {} intervals per \
         axis it has {} outputs, as many as the factorised head, and its two networks have {} weights and biases together; the \
         joint head has {} outputs and {} weights and biases.",
        bins.count(),
        VelocityHead::Chained.outputs(&bins),
        VelocityHead::Chained.parameters(&bins, hidden),
        VelocityHead::Joint.outputs(&bins),
        VelocityHead::Joint.parameters(&bins, hidden)
    ));

    page.section("Two numbers between −1 and 1");
    page.say(
        "The last layer can give any number, but a velocity lies between −1 and 1. The source stretches the sigmoid σ, and the \
         result f is called the bipolar sigmoid. It is the hyperbolic tangent of half the number:",
    );
    page.formula(
        r"f(x) = 2\left(\sigma(x) - \tfrac12\right) = \tanh\frac{x}{2} \qquad f'(x) = \tfrac12\left(1 - f(x)^2\right)",
        "f(x) = 2 (σ(x) − ½) = tanh(x/2),   f′(x) = ½ (1 − f(x)²)",
    );
    let x = page.show("x", literal("-6 -3 -1 0 1 3 6"));
    let sigmoid = page.show("sigmoid", x.map(|x| Traced::one() / (Traced::one() + (-x).exp())));
    let stretched = page
        .show("stretched = 2 · ( sigmoid − ½ )", sigmoid.map(|sigmoid| (sigmoid - half.clone()) * 2.into()));
    let slope = page.show(
        "slope = ½ · ( 1 − stretched ∘ stretched )",
        stretched.map(|f| (Traced::one() - f.clone() * f) * half.clone()),
    );
    page.say("To prove the slopes, all values of f are added up: the derivative of the sum by one x is the slope there.");
    let answers = page.value("answers = Σ( stretched )", stretched.sum());
    page.prove_gradient(&slope, &answers, &x);
    page.say(
        "The slope is largest in the middle and shrinks towards both ends. The gradient of the squared error has it as a \
         factor, so a network whose output is wrong and close to ±1 learns slowly.",
    );
    let (far, single, double) = (bipolar_sigmoid(10.0), bipolar_sigmoid(20.0_f32), bipolar_sigmoid(40.0));
    page.claim(
        Origin::Said("in the answer, on the output layer"),
        "Since σ lies between 0 and 1, f lies between −1 and 1, both excluded.",
        far < 1.0,
        format!(
            "No finite x gives 1, so a velocity of exactly 1 m/s is never reached: f(10) is {}. A computer rounds, though: f(20) \
             in single precision, with which networks are trained here, is {}, and f(40) in double precision is {}.",
            decimal(far, 6),
            decimal(single, 6),
            decimal(double, 6)
        ),
    );

    page.section("Two tasks");
    page.say(
        "Which head is better depends on what it has to learn, so there are two tasks. In both the network sees four numbers: \
         where the character is, and where its goal is, all between −1 and 1 m. On the free way the character should walk \
         towards the goal, and more slowly the closer it is. With d the way to the goal:",
    );
    page.formula(
        r"v = \frac{d}{\tfrac12\,\text{m} + |d|} \cdot 1\,\tfrac{\text{m}}{\text{s}}",
        "v = d / (½ m + |d|) · 1 m/s",
    );
    page.say(
        "At the obstacle the character has to step aside, at a right angle to its way and as fast as on the free way. Left and \
         right are equally good. Each example to learn from shows one of the two, drawn at random.",
    );
    page.ask(
        "Two numbers are trained with the squared error. What will they output at the obstacle?",
        "The number with the smallest mean squared distance to the examples is their mean. The mean of left and right is \
         neither: it is standing still.",
    );
    page.say(
        "For example, let the character stand at (−0.4, −0.3) m and its goal be at (0.4, 0.3) m. Two velocities are right, one \
         per row, to the left first:",
    );
    let state = [-0.4, -0.3, 0.4, 0.3];
    let right = Steering::Obstacle.right_velocities(state);
    page.show("right_velocities", DMatrix::from_fn(2, 2, |i, j| right[i][j]));
    let mixed = [right[1][0], right[0][1]];
    page.ask(
        "The factorised head gives both classes of x probability ½, and both classes of y. What does it output?",
        format!(
            "Which class of each axis is a little likelier is a matter of chance, so it is any of four pairs, each as often as the others. Two of them are right. The other two mix the x of one velocity with the \
             y of the other: ({}, {}) m/s, say, which is {} m/s from the nearest right one.",
            decimal(mixed[0], 2),
            decimal(mixed[1], 2),
            decimal(Steering::Obstacle.miss(state, mixed), 2)
        ),
    );
    page.say(
        "So the error of the factorised head at the obstacle can be predicted. Half of the time it outputs a mixed pair. With a \
         right velocity (a, b) that pair misses by twice the smaller of |a| and |b|. Where all directions are equally frequent, \
         the smaller square is on average (½ − 1/π) v² at a speed of v. Half of 4 (½ − 1/π) v² is (1 − 2/π) v²:",
    );
    page.formula(r"\text{error} = v \sqrt{1 - \tfrac{2}{\pi}}", "error = v · √(1 − 2/π)");
    page.say(format!(
        "That is {} times the error of standing still, if speed and direction do not depend on each other.",
        decimal((1.0 - 2.0 / PI).sqrt(), 2)
    ));

    page.section("Exercises");
    let hand_bins = intervals(&literal("0.1")[0])?;
    let [low, high] = [&literal("-0.95")[0], &literal("1")[0]].map(|hand| hand_bins.index(hand));
    let [low, high] = [low?, high?];
    page.exercise(
        "With intervals of 0.1 m/s, which classes contain −0.95 and 1 m/s, counted from 0, and which velocities do they give?",
        format!(
            "Classes {low} and {high}, which give {} and {} m/s.",
            decimal(hand_bins.centre(low), 2),
            decimal(hand_bins.centre(high), 2)
        ),
    );
    let neighbours = [12, 13].map(|class| hand_bins.centre(class));
    let mean = (&neighbours[0] + &neighbours[1]) / Exact::from_integer(2.into());
    page.exercise(
        "With intervals of 0.1 m/s, classes 12 and 13 have probability ½ each. What is the expectation? And with ½ each on \
         classes 5 and 14?",
        format!(
            "Halfway between {} and {}: {} m/s, which is on the edge and no middle at all. In the second case it is {} m/s, which \
             neither class means: the expectation helps between neighbours, and not between opposites.",
            decimal(&neighbours[0], 2),
            decimal(&neighbours[1], 2),
            decimal(mean, 2),
            decimal((hand_bins.centre(5) + hand_bins.centre(14)) / Exact::from_integer(2.into()), 2)
        ),
    );
    page.exercise(
        "A velocity has a third component, up and down. How many outputs do the heads need with 20 intervals per axis?",
        format!(
            "{} with one class for each triple, {} with one class for each interval of each axis (chained or not), and 3 numbers.",
            20_usize.pow(3),
            20 * 3
        ),
    );
    page.exercise(
        "The character could also pass the obstacle at an angle of 45° to its way, left or right. What do two numbers output \
         then, if the way goes to the right and the speed is 1 m/s?",
        format!("The mean of both: {} m/s straight ahead, into the obstacle.", decimal(FRAC_1_SQRT_2, 2)),
    );

    page.unless_by_hand(|page| trained(inputs, page, &bins, floor.value().to_f64()))?;
    page.numpy(include_str!("numpy/velocity_heads.py"));
    Ok(())
}

/// What the heads learn, and how well.
fn trained(inputs: &Inputs, page: &mut Page, bins: &Bins, floor: f64) -> Told {
    let Inputs { seed, train_size, epochs, .. } = *inputs;
    let [hidden, train_size, epochs] = [inputs.hidden, train_size, epochs].map(usize::from);

    page.section("Trained at the rate that suits each");
    page.given_number("seed", &Exact::from_integer(seed.into()));
    page.given_number("train_size", &Exact::from_integer(train_size.into()));
    page.given_number("epochs", &Exact::from_integer(epochs.into()));
    page.say(format!(
        "Each head gets a network of its own for each task, with {hidden} hidden units. It sees {train_size} situations {epochs} \
         times, in batches of {BATCH}, and learns by plain stochastic gradient descent: classes with the cross-entropy, two \
         numbers with half the squared error. The learning rate falls linearly, from epoch to epoch, towards 0. A rate that suits \
         one head can be wrong for another, so each head is first trained at five rates with a seed of its own. The figures show the errors in situations that judge nothing else. The rate with the smallest error is used from there on."
    ));
    page.say(format!(
        "An error is the distance in m/s between the output and the nearest right velocity, as the root mean square over {FRESH} \
         situations that the network has not seen. So at the obstacle either answer counts as right. Classes are read in the two \
         ways, and here the better one counts."
    ));
    let seeds: Vec<u64> = (0..).map(|i| seed.wrapping_add(i)).take(SEEDS).collect();
    let budget = Budget { bins: bins.clone(), train_size, epochs };
    let report = |done, all| page.report("training", done, all);
    let all = Tuned::run_all(&contestants(hidden), &budget, &RATES, &seeds, report)?;
    let (compared, sized) = all.split_at(TASKS.len() * VelocityHead::ALL.len());
    let heads = VelocityHead::ALL.len();
    for (name, task, tuned) in [
        ("rates_on_the_free_way", "on the free way", &compared[..heads]),
        ("rates_at_the_obstacle", "at the obstacle", &compared[heads..]),
    ] {
        let line = |tuned: &Tuned| Line::new(tuned.contestant.head.to_string(), tuned.tried.clone());
        page.figure(
            name,
            format!("The error {task} by the learning rate of the first epoch, for each head. Too small a rate learns too little, too large a one does harm."),
            Chart::Lines {
                x: Axis::logarithmic("learning rate"),
                y: Axis::logarithmic("error in m/s"),
                lines: tuned.iter().map(line).collect(),
            },
        );
    }

    page.section("Likeliest class or expectation");
    page.say(format!(
        "Now each head is trained at its rate with {SEEDS} seeds from {seed} on, which decide the weights, the situations and \
         their order. The first table reads classes by the likeliest pair, the second by the expectation. The columns are the \
         mean error in m/s, the smallest and the largest of the {SEEDS}, and the mean error in situations that the network has \
         learnt from (training); KiB is the memory of θ in single precision."
    ));
    let likeliest: fn(Errors) -> f64 = |errors| errors.likeliest;
    let expected: fn(Errors) -> f64 = |errors| errors.expected;
    let rows = compared.iter().map(|tuned| {
        let Contestant { head, hidden, .. } = tuned.contestant;
        let parameters = head.parameters(bins, hidden);
        let ([task, name], [error, least, most, training]) = (names(tuned), errors(tuned, likeliest));
        [task, name, parameters.into(), (4 * parameters).div_ceil(1024).into(), error, least, most, training]
    });
    page.table("heads", ["task", "head", "θ", "KiB", "error", "least", "most", "training"], rows.collect());
    let has_classes = |tuned: &&Tuned| tuned.contestant.head != VelocityHead::Regression;
    let rows = compared.iter().filter(has_classes).map(|tuned| {
        let ([task, name], [error, least, most, training]) = (names(tuned), errors(tuned, expected));
        [task, name, error, least, most, training]
    });
    page.table("expectations", ["task", "head", "error", "least", "most", "training"], rows.collect());
    if inputs.timings {
        page.say(
            "Measured on this machine, one network at a time: the seconds that an epoch takes, from steps of one batch.",
        );
        let steps = train_size.div_ceil(BATCH) as f64;
        let times = VelocityHead::ALL.map(|head| {
            seconds_a_step(head, bins, hidden).map(|step| [head.to_string().into(), (steps * step).into()])
        });
        page.table("times", ["head", "seconds an epoch"], times.into_iter().collect::<Result<_, _>>()?);
    }
    let still = Spread::of(seeds.iter().map(|&seed| Steering::Obstacle.draw(10_000, seed).rms_speed())).mean;
    let [free_joint, free_factorised, _, free_numbers, joint, factorised, chained, numbers] = compared else {
        return Err("there are two tasks and four heads".into());
    };
    page.say(format!(
        "To compare: a character that stands still misses by {} m/s in both tasks, and the floor of the likeliest class is {} m/s. \
         For the factorised head at the obstacle, {} m/s was predicted by hand.",
        decimal(still, 2),
        decimal(floor, 4),
        decimal(still * (1.0 - 2.0 / PI).sqrt(), 2)
    ));
    let by = |tuned: &Tuned, reading: fn(Errors) -> f64| tuned.spread(|run| reading(run.error()));
    let miss = |tuned, reading, digits| decimal(by(tuned, reading).mean, digits);
    page.with_the_default_inputs(|page| {
        page.say(format!(
            "On the free way the expectation gets below the floor. At the obstacle it is no use: it is close to standing still. The \
             factorised head misses there by {} m/s, as predicted. Of the heads with classes the joint one does worst on the free way: \
             it has only {} examples for each class, and the cross-entropy does not tell it that neighbouring classes are close.",
            miss(factorised, likeliest, 2),
            decimal(train_size as f64 / VelocityHead::Joint.outputs(bins) as f64, 1)
        ));
        Ok(())
    })?;
    let nearest = miss(numbers, likeliest, 2);
    page.headline(
        Origin::Said("in the answer, on regression"),
        "One can also treat the problem as regression: two numbers in place of the classes.",
        ClaimVerdict::under(
            "a single velocity is right",
            by(numbers, likeliest).highest < still / 2.0,
            by(free_numbers, likeliest).highest < still / 2.0,
        ),
        format!(
            "Where one velocity is right, two numbers miss it by {} m/s. Where a character may pass an obstacle on the left or on the \
             right, they nearly stand still: they are {} m/s from the velocity that was drawn and {nearest} from the nearer right one, \
             and standing still is {} from both. Less than half of standing still is what counts here.",
            miss(free_numbers, likeliest, 3),
            decimal(numbers.spread(|run| run.drawn_error.expected).mean, 2),
            decimal(still, 2)
        ),
    );
    let longer = Budget { epochs: epochs * usize::try_from(LONGER_EPOCHS)?, ..budget };
    let report = |done, all| page.report("training longer", done, all);
    let longest = Tuned::retrained(&LONGER.map(|index| compared[index].clone()), &longer, &seeds, report)?;
    let ahead = |classes, reading, numbers| by(classes, reading).highest < by(numbers, likeliest).lowest;
    page.headline(
        Origin::Said("in the answer, on classification"),
        "One class for each interval of each axis probably predicts better than two numbers.",
        ClaimVerdict::under(
            "training is short, and the expectation is read where one velocity is right, but the likeliest class where two are",
            [likeliest, expected].iter().all(|&reading| {
                ahead(factorised, reading, numbers)
                    && ahead(free_factorised, reading, free_numbers)
                    && ahead(&longest[0], reading, &longest[1])
            }),
            ahead(factorised, likeliest, numbers) && ahead(free_factorised, expected, free_numbers),
        ),
        format!(
            "Where one velocity is right, two numbers miss it by {} m/s, and a softmax for each axis by {} if its likeliest class is read \
             and by {} if the expectation is. After {} epochs instead of {epochs}, at the same rates, it is {} for two numbers and {} for the \
             expectation. Where left and right are both right, neither is good: {nearest} for two numbers, {} for the likeliest class and {} \
             for the expectation. All are means over {SEEDS} seeds.",
            miss(free_numbers, likeliest, 3),
            miss(free_factorised, likeliest, 3),
            miss(free_factorised, expected, 3),
            longer.epochs,
            miss(&longest[1], likeliest, 3),
            miss(&longest[0], expected, 3),
            miss(factorised, likeliest, 2),
            miss(factorised, expected, 2)
        ),
    );

    page.section("How fast they learn");
    let way = |tuned: &Tuned, reading: fn(Errors) -> f64| {
        tuned.spread(|run| Spread::of(run.errors.iter().map(|&errors| reading(errors))).mean)
    };
    let mean_way = |tuned, reading| decimal(way(tuned, reading).mean, 3);
    let is_faster =
        |classes, reading, numbers| way(classes, reading).highest < way(numbers, likeliest).lowest;
    page.claim(
        Origin::Said("in the answer, on classification"),
        "One class for each interval of each axis is probably easier to learn than two numbers.",
        ClaimVerdict::under(
            "the expectation is read where one velocity is right, and the likeliest class where two are",
            [likeliest, expected].iter().all(|&reading| {
                is_faster(free_factorised, reading, free_numbers) && is_faster(factorised, reading, numbers)
            }),
            is_faster(free_factorised, expected, free_numbers) && is_faster(factorised, likeliest, numbers),
        ),
        format!(
            "What is learnt faster has a smaller mean error over all {epochs} epochs. On the free way it is {} m/s for two numbers, {} for \
             the likeliest class of the factorised head and {} for its expectation. At the obstacle it is {}, {} and {}.",
            mean_way(free_numbers, likeliest),
            mean_way(free_factorised, likeliest),
            mean_way(free_factorised, expected),
            mean_way(numbers, likeliest),
            mean_way(factorised, likeliest),
            mean_way(factorised, expected)
        ),
    );
    let curves = |tuned: &[Tuned], reading, label, flat| -> Vec<Line> {
        let flat = Line::new(label, vec![(1.0, flat), (epochs as f64, flat)]);
        tuned.iter().map(|tuned| curve(tuned, reading)).chain([flat]).collect()
    };
    page.figure(
        "error_on_the_free_way",
        format!(
            "The error on the free way by epoch, the mean of {SEEDS} seeds, classes read by their expectation. It ends at {} m/s for the \
             joint head, {} for the factorised one and {} for two numbers. The floor of the likeliest class is a line at {}.",
            miss(free_joint, expected, 3),
            miss(free_factorised, expected, 3),
            miss(free_numbers, expected, 3),
            decimal(floor, 3)
        ),
        Chart::Lines {
            x: Axis::linear("epoch"),
            y: Axis::logarithmic("error in m/s"),
            lines: curves(&compared[..4], expected, "floor", floor),
        },
    );
    page.figure(
        "error_at_the_obstacle",
        format!(
            "The error at the obstacle by epoch, the mean of {SEEDS} seeds, classes read by the likeliest pair. It ends at {} m/s for the \
             joint head, {} for the factorised one, {} for the chained one and {nearest} for two numbers. Standing still is a line at {}.",
            miss(joint, likeliest, 2),
            miss(factorised, likeliest, 2),
            miss(chained, likeliest, 2),
            decimal(still, 2)
        ),
        Chart::Lines {
            x: Axis::linear("epoch"),
            y: Axis::linear("error in m/s"),
            lines: curves(&compared[4..], likeliest, "standing still", still),
        },
    );

    page.section("Is a head as sure as it is right?");
    page.say(
        "The probability of the likeliest pair says how sure a head is; for the factorised head it is p(x) · p(y). A head is well \
         calibrated if its likeliest pair is the one that was drawn as often as it is sure. The expected calibration error (ECE) \
         is the mean distance between the two, over ten groups of situations in which it is about equally sure. The last column \
         counts at the obstacle either answer as right. All are means over the seeds:",
    );
    let mean = |tuned: &Tuned, of: fn(&Calibration) -> f64| {
        tuned.spread(|run| run.calibration.as_ref().map_or(f64::NAN, of)).mean
    };
    let rows = compared.iter().filter(has_classes).map(|tuned| {
        let [task, head] = names(tuned);
        let right = tuned.spread(|run| run.right.unwrap_or(f64::NAN)).mean;
        let [sure, drawn] = [mean(tuned, |c| c.confidence), mean(tuned, |c| c.accuracy)];
        [task, head, sure.into(), drawn.into(), mean(tuned, |c| c.error).into(), right.into()]
    });
    page.table("calibration", ["task", "head", "sure", "as drawn", "ECE", "right"], rows.collect());
    page.with_the_default_inputs(|page| {
        page.say(format!(
            "Here every head is right more often than it is sure on the free way, the factorised one most of all, with {} and {}: it \
             hesitates between neighbours, and the expectation makes use of that.",
            decimal(mean(free_factorised, |c| c.accuracy), 2),
            decimal(mean(free_factorised, |c| c.confidence), 2)
        ));
        Ok(())
    })?;

    page.section("Inside the outputs");
    page.say("The same situation as above, with the networks of the first seed. The joint head gives a probability to each pair:");
    let state = [-0.4, -0.3, 0.4, 0.3];
    let right = Steering::Obstacle.right_velocities(state);
    let model = |tuned: &Tuned| tuned.outcomes[0].model.clone();
    let pairs = &model(joint).pairs(&DMatrix::from_fn(STATE, 1, |i, _| nalgebra::convert(state[i])))?[0];
    let near = [0, 1].map(|side| model(joint).probability_near(right[side], 0.2, pairs));
    page.figure(
        "joint_probability",
        format!(
            "The probability of every pair of intervals at the obstacle, and the two right velocities. The pairs within 0.2 m/s of the \
             velocity to the left, on each axis, have {} together, those within 0.2 m/s of the one to the right {}.",
            decimal(near[0], 2),
            decimal(near[1], 2)
        ),
        Chart::Map {
            x: Axis::linear("x in m/s"),
            y: Axis::linear("y in m/s"),
            corners: [(-1.0, -1.0), (1.0, 1.0)],
            values: pairs.map(|probability| (1000.0 * f64::from(probability)).round() / 1000.0),
            lines: vec![Line::of_points("right velocities", right.iter().map(|&[x, y]| (x, y)).collect())],
        },
    );
    page.say(
        "What does each head do when the character walks in another direction? Character and goal stay 1 m apart and turn about \
         the middle between them. The figure shows how fast each head moves aside: to the left upwards, to the right downwards, and \
         not at all at 0. Classes are read by the likeliest pair.",
    );
    let aside_right = 1.0 / 1.5;
    let right = |label: &str, speed| Line::new(label, vec![(0.0, speed), (350.0, speed)]);
    let mut lines =
        vec![right("right: to the left", aside_right), right("right: to the right", -aside_right)];
    for tuned in [joint, factorised, chained, numbers] {
        lines.push(Line::of_points(tuned.contestant.head.to_string(), model(tuned).aside(36)?));
    }
    page.figure(
        "two_answers",
        format!(
            "How fast each head moves aside, by the direction of the goal. Correct answers are {} m/s to the left and as much to the \
             right.",
            decimal(aside_right, 2)
        ),
        Chart::Lines { x: Axis::linear("direction of the goal in degrees"), y: Axis::linear("aside in m/s"), lines },
    );
    page.say(
        "A head that chooses among pairs can choose a right one. The factorised head chooses x and y separately: the x of one with \
         the y of the other is, on the diagonals, a velocity straight towards the obstacle or straight back. The chained head \
         knows x when it chooses y.",
    );

    page.section("More neurons in the middle");
    page.say(
        "The source says that with two outputs one might want more neurons in the middle layer, to avoid underfitting. Underfitting \
         shows in the training error: a network that is too small cannot even fit what it learns from. Two numbers on the free way, \
         each size at the rate that suits it:",
    );
    let [few, many] = sized else { return Err("there are two more sizes".into()) };
    let rows = [few, free_numbers, many].map(|tuned| {
        let [error, least, most, training] = errors(tuned, likeliest);
        [tuned.contestant.hidden.into(), training, error, least, most]
    });
    page.table("hidden_units", ["hidden units", "training", "error", "least", "most"], rows.to_vec());
    let [few, middle, many] =
        [few, free_numbers, many].map(|tuned| tuned.spread(|run| run.training_error.likeliest));
    page.claim(
        Origin::Said("in the answer, on regression"),
        "With two outputs, more neurons in the middle layer might avoid underfitting.",
        ClaimVerdict::under(
            format!("there were as few as {}", sized[0].contestant.hidden),
            middle.highest < few.lowest && many.highest < middle.lowest,
            middle.highest < few.lowest,
        ),
        format!(
            "From {} to {hidden} units the training error goes from {} to {}, from {hidden} to {} units to {}: the mean, and in \
             brackets the least and the most of {SEEDS} seeds. It counts as lower if it is so for every pair of seeds.",
            sized[0].contestant.hidden,
            written(few),
            written(middle),
            sized[1].contestant.hidden,
            written(many)
        ),
    );

    page.section("What to use when");
    page.headline(
        Origin::Page,
        "A head with few outputs can keep x and y together.",
        by(chained, likeliest).highest < by(joint, likeliest).lowest,
        format!(
            "At the obstacle, a softmax for x and one for y that is told x miss by {} m/s with {} outputs. One softmax over all pairs misses \
             by {} with {}, and two softmaxes that know nothing of each other by {} with {}.",
            miss(chained, likeliest, 2),
            VelocityHead::Chained.outputs(bins),
            miss(joint, likeliest, 2),
            VelocityHead::Joint.outputs(bins),
            miss(factorised, likeliest, 2),
            VelocityHead::Factorised.outputs(bins)
        ),
    );
    page.answer(
        "at the end of the question",
        "Is there a way to reduce the number of output neurons?",
        format!(
            "Yes, three. In place of {} outputs, {} are enough for a class for each interval of each axis, {} for the same with y chained to \
             x, and {} for two numbers.",
            VelocityHead::Joint.outputs(bins),
            VelocityHead::Factorised.outputs(bins),
            VelocityHead::Chained.outputs(bins),
            VelocityHead::Regression.outputs(bins)
        ),
    );
    page.say(
        "If one velocity is right, start with two numbers: they have the fewest weights and no intervals to choose. A class for each \
         interval of each axis is worth trying beside them, read by its expectation.",
    );
    page.say(
        "If several velocities far apart can be right, a head needs classes that keep x and y together, read by the likeliest pair: joint \
         ones if there are two axes with few intervals, chained ones if there are more. Avoid everything that averages or mixes the right \
         velocities: two numbers, the expectation, and separate classes for each axis. A mixture density network, which outputs a \
         mixture of several bell curves, is another way; it is not tried here.",
    );
    Ok(())
}

fn names(tuned: &Tuned) -> [Field; 2] {
    [tuned.contestant.task.to_string().into(), tuned.contestant.head.to_string().into()]
}

/// Mean, least and most of the error, and the mean training error.
fn errors(tuned: &Tuned, reading: fn(Errors) -> f64) -> [Field; 4] {
    let Spread { mean, lowest, highest } = tuned.spread(|run| reading(run.error()));
    [mean, lowest, highest, tuned.spread(|run| reading(run.training_error)).mean].map(Field::from)
}

/// A spread in running text.
fn written(Spread { mean, lowest, highest }: Spread) -> String {
    let [mean, lowest, highest] = [mean, lowest, highest].map(|error| decimal(error, 3));
    format!("{mean} m/s ({lowest} to {highest})")
}

/// The error after each epoch.
fn curve(tuned: &Tuned, reading: fn(Errors) -> f64) -> Line {
    let epochs = tuned.outcomes.first().map_or(0, |run| run.errors.len());
    let error = |epoch: usize| tuned.spread(|run: &Outcome| reading(run.errors[epoch])).mean;
    let points = (0..epochs).map(|epoch| ((epoch + 1) as f64, error(epoch)));
    Line::new(tuned.contestant.head.to_string(), points.collect())
}

/// What a step of a batch takes, from a few steps after a first one.
fn seconds_a_step(head: VelocityHead, bins: &Bins, hidden: usize) -> Result<f64, Box<dyn std::error::Error>> {
    const STEPS: u8 = 5;
    let shown = Steering::FreeWay.draw(BATCH, 1);
    let mut model = VelocityModel::new(head, bins, hidden, 1);
    let samples = head.samples(bins, &shown)?;
    let mut descents: Vec<_> = samples.iter().map(|_| Sgd::new(1.0, BATCH, 1)).collect();
    model.step(&mut descents, &samples)?;
    let (steps, seconds) = cli::timed(|| (0..STEPS).try_for_each(|_| model.step(&mut descents, &samples)));
    steps?;
    Ok(seconds / f64::from(STEPS))
}

/// The class that (v + 1) / width gives where all three are rounded to single precision.
fn class_in_single_precision(component: &Exact, width: &Exact, count: usize) -> usize {
    let single = |number: &Exact| number.to_f32().unwrap_or(f32::NAN);
    let quotient = (single(component) + 1.0) / single(width);
    (0..count).rfind(|&class| class as f32 <= quotient).unwrap_or_default()
}

fn main() -> ExitCode {
    cli::main(&TOPIC)
}
