"""Ctrl-C as a request."""

import signal
import threading

import pytest

from seq2see.training.interruption import interruptible


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_a_request_and_the_second_an_order(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with interruptible() as interrupted:
        assert not interrupted()
        signal.raise_signal(number)
        assert interrupted()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_another_thread_hears_of_nothing() -> None:
    answers = []

    def run() -> None:
        with interruptible() as interrupted:
            answers.append(interrupted())

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert answers == [False]
