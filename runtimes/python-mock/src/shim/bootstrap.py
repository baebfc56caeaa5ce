"""Starts the runtime interface client the way /var/runtime/bootstrap.py does on Lambda (as python3.10 and python3.11 have
it), under the same name: it is the outermost file of every stack. The arguments are the folders that stand for
/opt/python/lib/python3.N/site-packages and /opt/python, the first one first."""

import os
import site
import sys

# Before the function's folders are on the path, so that none of its modules is taken for one of the client's.
from awslambdaric.__main__ import main as run_client


def set_path(layer_folders):
    """Lambda's order is the function, its layers, the runtime; .pth files count in the first two. A PYTHONPATH of the
    function's own takes the layers' place."""
    task_root = os.environ["LAMBDA_TASK_ROOT"]
    if "PYTHONPATH" in os.environ:
        layer_folders = []
    else:
        # For what the function starts.
        os.environ["PYTHONPATH"] = os.environ["LAMBDA_RUNTIME_DIR"]
    folders = [task_root] + layer_folders
    sys.path[:0] = folders
    for folder in folders:
        site.addsitedir(folder)


def main():
    layer_folders = sys.argv[1:]
    del sys.argv[1:]
    set_path(layer_folders)
    run_client([sys.argv[0], os.environ["_HANDLER"]])


if __name__ == "__main__":
    main()
