"""The one “why” of each part, with what is to be said to each answer."""

from __future__ import annotations

from dataclasses import dataclass

from nnlab.messages import N_


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose.

    Parameters
    ----------
    text, feedback : str
        In English; the gettext ids.
    right : bool
        Whether it is the one.
    """

    text: str
    feedback: str
    right: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """A question and its answers, exactly one of them right.

    Parameters
    ----------
    question : str
        In English; the gettext id.
    answers : tuple of Answer
        In the order shown.
    """

    question: str
    answers: tuple[Answer, ...]

    @property
    def right(self) -> int:
        """Which answer is right."""
        return next(index for index, answer in enumerate(self.answers) if answer.right)


WHYS: dict[str, Why] = {
    "a": Why(
        N_("Why can the second layer draw what the first cannot?"),
        (
            Answer(
                N_("It has fewer neurons, so each of them has to learn more."),
                N_("Their number is not what matters: a single neuron of layer 1 could learn no closed shape either."),
            ),
            Answer(
                N_("A neuron of layer 1 changes in one direction only; layer 2 adds up several such pictures."),
                N_(
                    "Right. A neuron of layer 1 bends one weighted sum of x₁ and x₂, so its picture is the same all "
                    "along a straight line. A sum of several such pictures, bent once more, can close around the disc."
                ),
                right=True,
            ),
            Answer(
                N_("Its weights are trained after those of the first layer are finished."),
                N_("All layers are trained in the same step, from the first batch on."),
            ),
        ),
    ),
    "b": Why(
        N_("Why is the line of ReLU made of straight pieces?"),
        (
            Answer(
                N_("Because there are too few training points along the line."),
                N_("More points would move the corners, but not round them."),
            ),
            Answer(
                N_("Because the learning rate is too large for a smooth line."),
                N_("The learning rate decides where the line ends up, not what it is made of."),
            ),
            Answer(
                N_("Because where the same neurons are active, the output is a weighted sum of x₁ and x₂."),
                N_(
                    "Right. ReLU passes a sum on or gives 0. As long as no neuron switches on or off, the output is "
                    "linear and the line straight; it bends where it meets the edge of a neuron."
                ),
                right=True,
            ),
        ),
    ),
    "c": Why(
        N_("All networks had the same data. Why did some succeed and others not?"),
        (
            Answer(
                N_("The first weights differ, and from some of them no small step makes the loss any better."),
                N_(
                    "Right. Gradient descent only ever looks at the slope where it stands. Whoever starts in the "
                    "basin of a local minimum, or with a neuron that is 0 for every point, does not get out."
                ),
                right=True,
            ),
            Answer(
                N_("Three neurons cannot enclose the disc; those that succeeded were inexact."),
                N_("They can: three directions around the disc are enough, and the wall of boundaries shows it."),
            ),
            Answer(
                N_("The unlucky ones would have needed other training points."),
                N_("All had the same points. Only the first weights and the seed differed."),
            ),
        ),
    ),
    "d": Why(
        N_("Why does no seed solve it with two neurons?"),
        (
            Answer(
                N_("There is always a direction in which neither neuron holds the output down: it stays open."),
                N_(
                    "Right. Two neurons look along two directions. Walk from the centre in a direction that turns both "
                    "the right way: the output never falls again, so the ring out there is taken for the disc."
                ),
                right=True,
            ),
            Answer(
                N_("They would need more epochs."),
                N_("No number of epochs helps: no choice of the 9 weights closes the line."),
            ),
            Answer(
                N_("The learning rate is too small to leave the local minimum."),
                N_("There is nothing better to get to: even the best weights leave the region open."),
            ),
        ),
    ),
    "e": Why(
        N_("Why do eight neurons depend so much less on luck?"),
        (
            Answer(
                N_("With more neurons the gradient is computed more exactly."),
                N_("The gradient is exact for the batch either way, whatever the number of neurons."),
            ),
            Answer(
                N_("There are many ways to choose neurons that close the line, so nearly every start is near one."),
                N_(
                    "Right. Some may be dead or look the same way, and enough are still left. In large networks local "
                    "minima are rarely bad ones. Plateaus remain: the loss can stand still for a while before it falls."
                ),
                right=True,
            ),
            Answer(
                N_("A network with more parameters has no local minima."),
                N_("It has even more of them, but most are nearly as good as the best."),
            ),
        ),
    ),
    "f": Why(
        N_("Why is less and less of the gradient left on the way to the first layer?"),
        (
            Answer(
                N_("Lower layers have fewer weights, so there is less to learn."),
                N_("The four layers have nearly the same number of weights."),
            ),
            Answer(
                N_("Going back, it is multiplied in each layer by weights and by the activation function's slope."),
                N_(
                    "Right. Where those factors are below 1 on average, each layer takes a part away. First weights of "
                    "a suitable size, ReLU, batch normalization and optimizers that scale each step work against it."
                ),
                right=True,
            ),
            Answer(
                N_("Lower layers see the data first and have finished learning."),
                N_("They have not: the loss is high, and still their weights hardly move."),
            ),
        ),
    ),
    "g": Why(
        N_("You changed two things at once, and it went better. What do you know now?"),
        (
            Answer(
                N_("That both changes help."),
                N_("One of them may even have done harm, and the other made up for it."),
            ),
            Answer(
                N_("That the two together helped with these seeds, and nothing of either alone."),
                N_("Right. To know more, change one thing at a time, and train more than one seed."),
                right=True,
            ),
            Answer(
                N_("Nothing at all: neural networks are random."),
                N_("Chance has its share, but the same seeds on both sides and enough of them tell it apart."),
            ),
        ),
    ),
}
