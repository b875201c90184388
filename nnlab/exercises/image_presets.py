"""Three settings of the images page: the chapter's, one for MNIST, and one that needs no files.

What each promises is measured: by ``tests/exercises/test_image_presets.py`` and the benchmarks of that name.
"""

from __future__ import annotations

from nnlab.exercises.book import FASHION_MNIST
from nnlab.exercises.presets import Preset
from nnlab.experiment import DatasetChoice, Experiment, Layer, Optimizer
from nnlab.messages import N_

IMAGE_PRESETS: tuple[Preset, ...] = (
    Preset(
        "fashion_mnist",
        N_("The chapter's preset"),
        N_(
            "Clothes, with the network of the book: after 30 epochs it tells about 89% of the validation images right. "
            "By then the training loss is well below the validation loss: it has begun to learn by heart."
        ),
        FASHION_MNIST,
    ),
    Preset(
        "mnist",
        N_("MNIST, 98%"),
        N_(
            "Handwritten digits, the same network with a learning rate of 0.2: 15 epochs are enough for 98% of the "
            "test images. Then draw digits of your own."
        ),
        Experiment(
            dataset=DatasetChoice("mnist"),
            layers=(Layer(300, "relu"), Layer(100, "relu")),
            optimizer=Optimizer("sgd", learning_rate=0.2),
            batch_size=32,
            epochs=15,
        ),
    ),
    Preset(
        "digits",
        N_("Digits, offline"),
        N_(
            "Digits of 8×8 pixels that are part of nnlab: nothing is downloaded, and in a few seconds more than 95% of "
            "the test images are right."
        ),
        Experiment(
            dataset=DatasetChoice("digits"),
            layers=(Layer(64, "relu"), Layer(32, "relu")),
            optimizer=Optimizer("adam", learning_rate=0.001),
            batch_size=32,
            epochs=40,
        ),
    ),
)
