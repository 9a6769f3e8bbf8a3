/* spreadsheet_package.c -- a zip of XML parts, with limits on what they unpack to. */
#include "data/spreadsheet_parts.h"

#include <expat.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

#include "base/text.h"
#include "data/kind.h"

/*
** What a file may ask for. Parts are read in pieces, so that a bomb costs time and no memory. A table
** unpacks to 10 to 50 times its size in the zip, one of hardly anything but constants to 200 times,
** and more than 1,032 times no zip can have.
*/
#define MOST_FILE ((size_t)1 << 30)
#define MOST_DIRECTORY                                                                             \
    ((uint64_t)4 << 20) /* bytes of the zip's list, which libzip keeps in memory */
#define MOST_UNPACKED ((uint64_t)8 << 30)
#define FREE_UNPACKED ((uint64_t)256 << 20) /* below this no ratio is asked for */
#define MOST_TOKEN    ((uint64_t)8 << 20)   /* bytes of one tag or attribute */
enum { MOST_RATIO = 500, MOST_DEPTH = 64, CHUNK = 1 << 16 };

struct assay_package {
    char *name, *bytes;
    size_t length;
    zip_t *zip;
};

struct assay_part {
    const assay_package *package;
    const char *name;
    const assay_xml_handlers *handlers;
    void *self;
    XML_Parser parser;
    zip_file_t *file;
    assay_context *context;            /* while it is being read */
    assay_status status;               /* of a handler */
    uint64_t packed, unpacked, silent; /* the last: since a handler was called */
    int depth;
    bool paused, complete;
};

/* ---- failures ---- */

assay_status assay_package_fail(assay_context *context, const assay_package *package,
                                const char *format, ...)
{
    char message[sizeof context->error.message];
    va_list values;
    va_start(values, format);
    vsnprintf(message, sizeof message, format, values);
    va_end(values);
    assay_fail(context, ASSAY_EFORMAT, "%s", message);
    return assay_blame_file(context, package->name);
}

static assay_status fail_damaged(assay_context *context, const assay_package *package,
                                 const char *why)
{
    return assay_package_fail(context, package, "the file is damaged or cut short (%s)", why);
}

static assay_status fail_zip(assay_context *context, const assay_package *package,
                             zip_error_t *error)
{
    if (zip_error_code_zip(error) == ZIP_ER_MEMORY)
        return assay_fail_memory(context);
    return fail_damaged(context, package, zip_error_strerror(error));
}

/* ---- what kind of file it is ---- */

static bool begins_with(const assay_package *self, const char *magic, size_t length)
{
    return self->length >= length && memcmp(self->bytes, magic, length) == 0;
}

static assay_status check_magic(assay_context *context, const assay_package *self)
{
    size_t bad = 0;
    if (begins_with(self, "PK\3\4", 4))
        return ASSAY_OK;
    if (self->length == 0)
        return assay_package_fail(context, self, "the file is empty");
    if (begins_with(self, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8))
        return assay_package_fail(context, self,
                                  "an old .xls or a file with a password, which cannot be read: "
                                  "save it as xlsx or ods without one");
    if (memchr(self->bytes, 0, self->length) == NULL &&
        (assay_text_is_utf8(self->bytes, self->length, &bad) || bad > 0))
        return assay_package_fail(context, self,
                                  "a text file, and no spreadsheet: if it is comma-separated, give "
                                  "format = 'csv'");
    const char *kind = assay_file_kind(self->bytes, self->length);
    return assay_package_fail(context, self, "neither an xlsx nor an ods file%s%s",
                              kind == NULL ? "" : ": ", kind == NULL ? "" : kind);
}

static uint64_t little_endian(const char *bytes, int n)
{
    uint64_t value = 0;
    while (n-- > 0)
        value = value << 8 | (unsigned char)bytes[n];
    return value;
}

/* The size of the list that an end record at `at` tells of, or that of the 64-bit one before it. */
static uint64_t directory_size(const assay_package *self, size_t at)
{
    enum { LOCATOR = 20, RECORD64 = 56 };
    const uint64_t size = little_endian(self->bytes + at + 12, 4);
    if (at < LOCATOR || memcmp(self->bytes + at - LOCATOR, "PK\6\7", 4) != 0)
        return size;
    const uint64_t place = little_endian(self->bytes + at - LOCATOR + 8, 8);
    if (place > self->length || self->length - place < RECORD64)
        return size;
    const uint64_t size64 = little_endian(self->bytes + place + 40, 8);
    return size64 > size || size == UINT32_MAX ? size64 : size;
}

/* libzip looks for the end record, and takes memory for the list, before anything can be asked. */
static assay_status check_directory(assay_context *context, const assay_package *self)
{
    enum { RECORD = 22, COMMENT = 65535 };
    bool found = false;
    if (self->length < RECORD)
        return fail_damaged(context, self, "its list of parts is not there");
    const size_t last = self->length - RECORD, first = last > COMMENT ? last - COMMENT : 0;
    for (size_t at = first; at <= last; at++) {
        if (memcmp(self->bytes + at, "PK\5\6", 4) != 0)
            continue;
        found = true;
        if (directory_size(self, at) > MOST_DIRECTORY)
            return assay_package_fail(context, self,
                                      "more parts than a spreadsheet has: not read, because it "
                                      "could exhaust the memory");
    }
    return found ? ASSAY_OK : fail_damaged(context, self, "its list of parts is not there");
}

/* ---- the package ---- */

static assay_status read_input(assay_context *context, assay_input *input, assay_package *self)
{
    size_t got = 1, capacity = 0;
    while (got > 0) {
        if (self->length == capacity) {
            capacity = capacity == 0 ? CHUNK : 2 * capacity;
            char *grown = assay_resize(self->bytes, capacity);
            if (grown == NULL)
                return assay_fail_memory(context);
            self->bytes = grown;
        }
        assay_status status = assay_input_read(context, input, self->bytes + self->length,
                                               capacity - self->length, &got);
        if (status == ASSAY_OK)
            status = assay_poll(context, self->length, 0);
        if (status != ASSAY_OK)
            return status;
        self->length += got;
        if (self->length > MOST_FILE)
            return assay_package_fail(context, self, "larger than 1 GiB: save it as csv");
    }
    return ASSAY_OK;
}

static assay_status open_zip(assay_context *context, assay_package *self)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(self->bytes, self->length, 0, &error);
    if (source != NULL)
        self->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (source != NULL && self->zip == NULL)
        zip_source_free(source);
    const assay_status status = self->zip != NULL ? ASSAY_OK : fail_zip(context, self, &error);
    zip_error_fini(&error);
    return status;
}

assay_status assay_package_open(assay_context *context, assay_input *input, assay_package **package)
{
    const char *name = assay_input_name(input);
    assay_package *self = assay_alloc_zeroed_array(1, sizeof *self);
    if (self != NULL)
        self->name = assay_copy_text(name, strlen(name));
    assay_status status = self == NULL || self->name == NULL ? assay_fail_memory(context)
                                                             : read_input(context, input, self);
    assay_input_close(input);
    if (status == ASSAY_OK)
        status = check_magic(context, self);
    if (status == ASSAY_OK)
        status = check_directory(context, self);
    if (status == ASSAY_OK)
        status = open_zip(context, self);
    if (status == ASSAY_OK)
        *package = self;
    else
        assay_package_free(self);
    return status;
}

void assay_package_free(assay_package *self)
{
    if (self == NULL)
        return;
    if (self->zip != NULL)
        zip_discard(self->zip);
    assay_free(self->bytes);
    assay_free(self->name);
    assay_free(self);
}

const char *assay_package_name(const assay_package *self)
{
    return self->name;
}

/* Names of parts differ in more than case (ECMA-376, part 2). */
static zip_int64_t find_part(const assay_package *self, const char *part)
{
    const zip_int64_t exact = zip_name_locate(self->zip, part, ZIP_FL_ENC_GUESS);
    return exact >= 0 ? exact : zip_name_locate(self->zip, part, ZIP_FL_NOCASE);
}

bool assay_package_has(const assay_package *self, const char *part)
{
    return find_part(self, part) >= 0;
}

/* ---- parts ---- */

/* After a failure expat may still call. */
static void note(assay_part *self, assay_status status)
{
    if (status == ASSAY_OK)
        return;
    self->status = status;
    XML_StopParser(self->parser, XML_FALSE);
}

static void on_start(void *data, const char *name, const char **attributes)
{
    assay_part *self = data;
    self->silent = 0;
    if (self->status != ASSAY_OK)
        return;
    if (++self->depth > MOST_DEPTH)
        note(self, assay_package_fail(self->context, self->package,
                                      "part %.100s: XML more than %d levels deep", self->name,
                                      MOST_DEPTH));
    else if (self->handlers->start != NULL)
        note(self, self->handlers->start(self->context, self->self, name, attributes));
}

static void on_end(void *data, const char *name)
{
    assay_part *self = data;
    self->silent = 0;
    self->depth--;
    if (self->status == ASSAY_OK && self->handlers->end != NULL)
        note(self, self->handlers->end(self->context, self->self, name));
}

static void on_text(void *data, const char *bytes, int length)
{
    assay_part *self = data;
    self->silent = 0;
    if (self->status == ASSAY_OK)
        note(self, self->handlers->text(self->context, self->self, bytes, (size_t)length));
}

/* Entities could multiply a text without end, and neither format uses any. */
static void on_doctype(void *data, const char *name, const char *system, const char *public,
                       int has_internal)
{
    assay_part *self = data;
    (void)name, (void)system, (void)public, (void)has_internal;
    if (self->status == ASSAY_OK)
        note(self, assay_package_fail(self->context, self->package,
                                      "part %.100s: a document type declaration, which no "
                                      "spreadsheet has",
                                      self->name));
}

static assay_status make_parser(assay_context *context, assay_part *self)
{
    static const XML_Memory_Handling_Suite memory = {assay_alloc, assay_resize, assay_free};
    self->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (self->parser == NULL)
        return assay_fail_memory(context);
    XML_SetUserData(self->parser, self);
    XML_SetElementHandler(self->parser, on_start, on_end);
    if (self->handlers->text != NULL)
        XML_SetCharacterDataHandler(self->parser, on_text);
    XML_SetStartDoctypeDeclHandler(self->parser, on_doctype);
    return ASSAY_OK;
}

static assay_status open_file(assay_context *context, assay_part *self)
{
    zip_stat_t about;
    zip_t *zip = self->package->zip;
    const zip_int64_t i = find_part(self->package, self->name);
    if (i < 0)
        return assay_package_fail(context, self->package, "the file lacks its part %.100s",
                                  self->name);
    if (zip_stat_index(zip, (zip_uint64_t)i, 0, &about) != 0)
        return fail_zip(context, self->package, zip_get_error(zip));
    if (about.valid & ZIP_STAT_ENCRYPTION_METHOD && about.encryption_method != ZIP_EM_NONE)
        return assay_package_fail(context, self->package,
                                  "the file has a password: save it without one");
    self->packed =
        about.comp_size < self->package->length ? about.comp_size : self->package->length;
    self->file = zip_fopen_index(zip, (zip_uint64_t)i, 0);
    return self->file != NULL ? ASSAY_OK : fail_zip(context, self->package, zip_get_error(zip));
}

assay_status assay_part_open(assay_context *context, const assay_package *package, const char *name,
                             const assay_xml_handlers *handlers, void *self, assay_part **part)
{
    assay_part *fresh = assay_alloc_zeroed_array(1, sizeof *fresh);
    if (fresh == NULL)
        return assay_fail_memory(context);
    fresh->package = package;
    fresh->name = name;
    fresh->handlers = handlers;
    fresh->self = self;
    assay_status status = open_file(context, fresh);
    if (status == ASSAY_OK)
        status = make_parser(context, fresh);
    if (status == ASSAY_OK)
        *part = fresh;
    else
        assay_part_free(fresh);
    return status;
}

void assay_part_free(assay_part *self)
{
    if (self == NULL)
        return;
    if (self->parser != NULL)
        XML_ParserFree(self->parser);
    if (self->file != NULL)
        zip_fclose(self->file);
    assay_free(self);
}

void assay_part_pause(assay_part *self)
{
    XML_StopParser(self->parser, XML_TRUE);
    self->paused = true;
}

static assay_status check_size(const assay_part *self)
{
    const bool bomb =
        self->unpacked > MOST_UNPACKED ||
        (self->unpacked > FREE_UNPACKED && self->unpacked / MOST_RATIO > self->packed);
    if (bomb)
        return assay_package_fail(self->context, self->package,
                                  "part %.100s unpacks to more than a spreadsheet has: not read, "
                                  "because it could exhaust the memory",
                                  self->name);
    if (self->silent > MOST_TOKEN)
        return assay_package_fail(self->context, self->package,
                                  "part %.100s has a tag that is too long", self->name);
    return ASSAY_OK;
}

/* The next piece of the part. */
static assay_status feed(assay_part *self, enum XML_Status *answer)
{
    void *buffer = XML_GetBuffer(self->parser, CHUNK);
    if (buffer == NULL)
        return assay_fail_memory(self->context);
    const zip_int64_t n = zip_fread(self->file, buffer, CHUNK);
    if (n < 0)
        return fail_zip(self->context, self->package, zip_file_get_error(self->file));
    self->complete = n == 0;
    self->unpacked += (uint64_t)n;
    self->silent += (uint64_t)n;
    assay_status status = check_size(self);
    if (status == ASSAY_OK)
        status = assay_poll(self->context, self->unpacked, 0);
    if (status == ASSAY_OK)
        *answer = XML_ParseBuffer(self->parser, (int)n, self->complete);
    return status;
}

static assay_status fail_xml(assay_part *self)
{
    const enum XML_Error code = XML_GetErrorCode(self->parser);
    if (self->status != ASSAY_OK)
        return self->status;
    if (code == XML_ERROR_NO_MEMORY)
        return assay_fail_memory(self->context);
    return assay_package_fail(
        self->context, self->package, "the file is damaged: part %.100s, byte %llu: %s", self->name,
        (unsigned long long)XML_GetCurrentByteIndex(self->parser), XML_ErrorString(code));
}

assay_status assay_part_read(assay_context *context, assay_part *self, bool *ended)
{
    enum XML_Status answer = XML_STATUS_OK;
    assay_status status = ASSAY_OK;
    self->context = context;
    if (self->paused) {
        self->paused = false;
        answer = XML_ResumeParser(self->parser);
    }
    while (answer == XML_STATUS_OK && status == ASSAY_OK && !self->complete)
        status = feed(self, &answer);
    if (answer == XML_STATUS_ERROR)
        status = fail_xml(self);
    *ended = status == ASSAY_OK && answer == XML_STATUS_OK;
    return status;
}

assay_status assay_part_read_whole(assay_context *context, const assay_package *package,
                                   const char *name, const assay_xml_handlers *handlers, void *self)
{
    bool ended;
    assay_part *part = NULL;
    assay_status status = assay_part_open(context, package, name, handlers, self, &part);
    if (status == ASSAY_OK)
        status = assay_part_read(context, part, &ended);
    assay_part_free(part);
    return status;
}

/* ---- names and attributes ---- */

const char *assay_xml_local(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

const char *assay_xml_attribute(const char **attributes, const char *name)
{
    for (; *attributes != NULL; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

const char *assay_xml_attribute_local(const char **attributes, const char *local)
{
    for (; *attributes != NULL; attributes += 2)
        if (strcmp(assay_xml_local(attributes[0]), local) == 0)
            return attributes[1];
    return NULL;
}

bool assay_xml_count(const char *text, uint64_t most, uint64_t *count)
{
    uint64_t value = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = 10 * value + (uint64_t)(*text - '0');
        if (value > most)
            return false;
    }
    *count = value;
    return true;
}

const char *assay_spreadsheet_library(size_t i, const char **version)
{
    static const char prefix[] = "expat_";
    if (i == 0) {
        *version = zip_libzip_version();
        return "libzip";
    }
    *version = XML_ExpatVersion(); /* "expat_2.5.0" */
    if (strncmp(*version, prefix, sizeof prefix - 1) == 0)
        *version += sizeof prefix - 1;
    return i == 1 ? "expat" : NULL;
}
