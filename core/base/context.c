/* context.c -- how a long call is watched, stopped, and explains a failure. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

assay_status assay_poll(assay_context *context, uint64_t done, uint64_t total)
{
    if (context->poll == NULL)
        return ASSAY_OK;
    const assay_status status = context->poll(context->self, done, total);
    return status == ASSAY_OK ? ASSAY_OK : assay_fail(context, status, "stopped");
}

assay_status assay_fail(assay_context *context, assay_status status, const char *format, ...)
{
    va_list arguments;
    memset(&context->error, 0, sizeof context->error);
    context->error.status = status;
    va_start(arguments, format);
    vsnprintf(context->error.message, sizeof context->error.message, format, arguments);
    va_end(arguments);
    return status;
}

assay_status assay_fail_memory(assay_context *context)
{
    return assay_fail(context, ASSAY_ENOMEM, "%s", assay_status_text(ASSAY_ENOMEM));
}

assay_status assay_blame_argument(assay_context *context, const char *argument)
{
    snprintf(context->error.argument, sizeof context->error.argument, "%s", argument);
    return context->error.status;
}

assay_status assay_blame_file(assay_context *context, const char *file)
{
    snprintf(context->error.file, sizeof context->error.file, "%s", file);
    return context->error.status;
}

const char *assay_quote(const char *bytes, size_t length, char quoted[ASSAY_QUOTED])
{
    size_t kept = length < 40 ? length : 40;
    while (kept > 0 && kept < length && ((unsigned char)bytes[kept] & 0xC0) == 0x80)
        kept--;
    for (size_t i = 0; i < kept; i++)
        quoted[i] = (unsigned char)bytes[i] < 0x20 ? '?' : bytes[i];
    memcpy(quoted + kept, kept < length ? "..." : "", kept < length ? 4 : 1);
    return quoted;
}
