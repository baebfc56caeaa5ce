#!/bin/sh
# Makes a class data archive, from which a JDK loads the client in about half the time:
#
#     sh archive.sh JAVA_HOME
#
# It lands in the folder "archives" beside this script, is found there by the launch plan, and fits no other JDK.
# Run it again when the JDK or the jars were exchanged. Java 13 or newer.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
home=${1:?usage: sh archive.sh JAVA_HOME}

field() { sed -n "s/^$1=\"\\(.*\\)\"/\\1/p" "$home/release"; }
version=$(field JAVA_RUNTIME_VERSION)
[ -n "$version" ] || version=$(field JAVA_VERSION)
# src/java-home.ts names it by the same rule.
name=$(printf %s "$version-$(field IMPLEMENTOR)-$(field OS_ARCH)" | LC_ALL=C tr -c 'A-Za-z0-9.-' _)

class_path=$here/native-client.jar
LC_ALL=C
for jar in "$here"/lib/*.jar; do class_path=$class_path:$jar; done

mkdir -p "$here/archives"
work=$(mktemp -d "$here/archives/part-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
# The flags that an archive depends on are those of src/java-flags.ts.
if ! env -i AWS_LAMBDA_RUNTIME_API=127.0.0.1:9 _LAMBDA_TELEMETRY_LOG_FD=9 "$home/bin/java" \
  -XX:ArchiveClassesAtExit="$work/client.jsa" -XX:MaxHeapSize=111411k -XX:+UseSerialGC \
  -XX:+TieredCompilation -XX:TieredStopAtLevel=1 --add-opens=java.base/java.io=ALL-UNNAMED \
  -Dlambdabootstraps.training=true -classpath "$class_path" \
  com.amazonaws.services.lambda.runtime.api.client.AWSLambda lambdabootstraps.Training::handleRequest \
  >"$work/log" 2>&1 9>/dev/null || [ ! -s "$work/client.jsa" ]; then
  cat "$work/log" >&2
  echo "archive.sh: $home made no archive" >&2
  exit 1
fi
mv "$work/client.jsa" "$here/archives/$name.jsa"
