"""Work in threads that start together."""

import threading


def at_once(*functions):
    """Run functions in threads that start together; raise what one of them raised."""
    barrier, raised = threading.Barrier(len(functions)), []

    def run(function):
        barrier.wait()
        try:
            function()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert not any(thread.is_alive() for thread in threads)
    if raised:
        raise raised[0]
