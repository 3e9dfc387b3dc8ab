/* stats.json and manifest.json. */
#include "run_result.h"
#include "sha256.h"

#include "stats/json.h"
#include "stats/stats_json.h"

#include <errno.h>
#include <string.h>

int write_stats(const struct run_result *result, FILE *out)
{
    struct json json;
    json_start(&json, out);
    json_begin_object(&json, NULL);
    json_string(&json, "schema", "zerostage-stats/1");
    json_string(&json, "status", result->ok ? "ok" : "failed");
    json_string(&json, "end", result->end);
    json_i64(&json, "exit_code", result->exit_code);
    json_string(&json, "message", result->message);
    const int error = stats_json(result->stats, &json);
    derived_json(&result->derived, &json);
    audit_json(&result->audit, &json);
    json_end(&json);
    const int written = json_finish(&json);
    return error != 0 ? error : written;
}

static int write_file_entry(struct json *json, const char *key, const char *path)
{
    char hash[SHA256_TEXT_BYTES];
    const int error = sha256_file(path, hash);
    if (error != 0) {
        return error;
    }
    json_begin_flat_object(json, key);
    json_string(json, "path", path);
    json_string(json, "sha256", hash);
    json_end(json);
    return 0;
}

static int write_inputs(const struct run_result *result, struct json *json)
{
    int error = write_file_entry(json, "simulator", "/proc/self/exe");
    if (error == 0) {
        error = write_file_entry(json, "program", result->program);
    }
    json_begin_array(json, "configs");
    for (size_t i = 0; config_file(result->config, i) != NULL && error == 0; i++) {
        error = write_file_entry(json, NULL, config_file(result->config, i));
    }
    json_end(json);
    return error;
}

int write_manifest(const struct run_result *result, FILE *out)
{
    struct json json;
    json_start(&json, out);
    json_begin_object(&json, NULL);
    json_string(&json, "schema", "zerostage-manifest/1");
    json_begin_flat_object(&json, "versions");
    json_string(&json, "zerostage", ZEROSTAGE_VERSION);
    json_string(&json, "systemc", ZEROSTAGE_SYSTEMC_VERSION);
    json_string(&json, "compiler", __VERSION__);
    json_end(&json);
    json_begin_array(&json, "command");
    for (int i = 0; i < result->argc; i++) {
        json_string(&json, NULL, result->argv[i]);
    }
    json_end(&json);
    const int error = write_inputs(result, &json);
    json_end(&json);
    const int written = json_finish(&json);
    return error != 0 ? error : written;
}
