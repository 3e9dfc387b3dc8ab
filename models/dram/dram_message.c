#include "dram/dram_message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int dram_mistake(char *error, size_t error_bytes, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error, error_bytes, format, arguments);
    va_end(arguments);
    return -EINVAL;
}
