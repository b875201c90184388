"""The parts a to g of the chapter's first exercise: question, setting, what is trained, one “why”.

The questions are in our own words; the settings are those of TensorFlow Playground.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from nnlab.events.studies import Study, StudyPart
from nnlab.exercises.questions import WHYS, Why
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.messages import N_

NEURONS = tuple(range(1, 9))
"""Of the one hidden layer, in the parts c, d and e."""
EVALUATE_EVERY = 5


def playground(dataset: str, units: tuple[int, ...], activation: str, epochs: int) -> Experiment:
    """Return what TensorFlow Playground trains by itself: learning rate 0.03, batches of 10, no noise."""
    return Experiment(
        dataset=DatasetChoice(dataset),
        layers=tuple(Layer(number, activation) for number in units),
        optimizer=Optimizer("sgd", learning_rate=0.03),
        batch_size=10,
        epochs=epochs,
        mode="playground",
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the exercise.

    Parameters
    ----------
    name : str
        Its letter.
    title, question : str
        In English; the gettext ids.
    experiment : Experiment
        Its preset; in the parts c to e without the number of neurons.
    seeds : int
        How many are trained.
    activations : tuple of str
        Which activation functions can be chosen; none where the part compares them.
    """

    name: str
    title: str
    question: str
    experiment: Experiment
    seeds: int
    activations: tuple[str, ...] = ()

    @property
    def why(self) -> Why:
        """The question after the run."""
        return WHYS[self.name]


ACTIVATIONS = ("relu", "tanh", "sigmoid")

PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part(
            "a",
            N_("Layer by layer"),
            N_(
                "Two hidden layers, of 4 and 2 neurons, learn to tell the disc from the ring around it. Each neuron "
                "gives a number for every point of the plane: that is its picture. Before you look: how do the "
                "pictures of the second layer differ from those of the first?"
            ),
            playground("circle", (4, 2), "tanh", 200),
            20,
            ("tanh", "relu"),
        ),
        Part(
            "b",
            N_("Round or with corners"),
            N_(
                "The same network, once with tanh and once with ReLU. Both close a line between disc and ring. Which "
                "of the two gets there first, and what does the line of ReLU look like?"
            ),
            playground("circle", (4, 2), "tanh", 400),
            100,
        ),
        Part(
            "c",
            N_("Three neurons"),
            N_(
                "One hidden layer with 3 neurons is just enough to fence the disc in. But does training find the "
                "fence? A hundred networks begin with a hundred different first weights; all else is the same."
            ),
            playground("circle", (3,), "relu", 800),
            100,
            ACTIVATIONS,
        ),
        Part(
            "d",
            N_("Two neurons"),
            N_(
                "One neuron less: a hidden layer of 2. Perhaps one only has to try often enough? A hundred networks "
                "try."
            ),
            playground("circle", (2,), "relu", 800),
            100,
            ACTIVATIONS,
        ),
        Part(
            "e",
            N_("Eight neurons"),
            N_(
                "Now there are more neurons than needed, 8 in one hidden layer. Does a hundredfold start still know "
                "bad luck? And does the loss always go down, or does it stand still on the way?"
            ),
            playground("circle", (8,), "relu", 800),
            100,
            ACTIVATIONS,
        ),
        Part(
            "f",
            N_("Four layers"),
            N_(
                "Four hidden layers of 8 neurons, and two arms wound around each other. The gradient has to come from "
                "the output back to the first layer, through all layers between. Does it arrive, and what helps?"
            ),
            replace(playground("spiral", (8, 8, 8, 8), "tanh", 300), mode="keras"),
            40,
        ),
        Part(
            "g",
            N_("Free play"),
            N_(
                "Try whatever you like, one change at a time, and say beforehand what you expect. Each try trains "
                "several seeds and is written down. Three open challenges wait for you."
            ),
            replace(playground("spiral", (8, 8), "relu", 300), mode="keras", optimizer=Optimizer("adam", 0.01)),
            10,
        ),
    )
}


def seeds(count: int) -> tuple[int, ...]:
    """Return the seeds of a study: always the same, so that settings can be compared in pairs."""
    return tuple(range(1, count + 1))


def neurons_study(experiment: Experiment, count: int) -> Study:
    """Return the study of the parts c, d and e: one hidden layer of 1 to 8 neurons.

    The three parts share it, so it does not matter how many neurons `experiment` has.
    """
    layer = experiment.layers[0]
    parts = tuple(
        StudyPart(str(units), replace(experiment, layers=(replace(layer, units=units),))) for units in NEURONS
    )
    return Study(parts, seeds(count), EVALUATE_EVERY)


def layers_study(experiment: Experiment, count: int) -> Study:
    """Return the study of part a."""
    return Study((StudyPart("network", experiment),), seeds(count), EVALUATE_EVERY)


def activations_study(experiment: Experiment, count: int) -> Study:
    """Return the study of part b: the same network with tanh and with ReLU."""
    parts = tuple(StudyPart(name, with_activation(experiment, name)) for name in ("tanh", "relu"))
    return Study(parts, seeds(count), EVALUATE_EVERY)


def with_activation(experiment: Experiment, name: str) -> Experiment:
    """Return the experiment with this activation function in every hidden layer."""
    return replace(experiment, layers=tuple(replace(layer, activation=name) for layer in experiment.layers))
