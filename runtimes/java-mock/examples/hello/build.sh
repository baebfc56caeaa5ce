#!/bin/sh
# Compiles the function into build/, as Lambda would have it unpacked: classes in packages, other jars in build/lib.
# The jar with Context and RequestHandler is part of the runtime; here it comes from the runtime's build.
set -eu
cd "$(dirname "$0")"
javac --release "${RELEASE:-17}" -classpath "../../dist/lib/*" -d build Hello.java
