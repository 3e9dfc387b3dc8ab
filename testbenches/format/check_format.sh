#!/bin/sh
# check_format.sh CLANG-FORMAT: names every file and line that is not formatted.
set -eu
find models host compiler testbenches \( -name '*.[ch]' -o -name '*.cpp' \) -print0 |
    xargs -0 "$1" --dry-run -Werror
