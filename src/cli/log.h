/* What the sub-commands of serai log share: whose signatures count, and where the log is. */
#ifndef SERAI_CLI_LOG_H
#define SERAI_CLI_LOG_H

#include "cli/log_source.h"
#include "cli/subcommand.h"

struct log_options {
    const char *key, *origin, *policy_file, *out, *since;
    bool json, entries_only, progress;
    bool has_index;
    uint64_t index;
    const char *entry; /* file */
    struct policy policy;
    struct arena arena;
};

int log_verify_command(int argc, char **argv);
int log_prove_command(int argc, char **argv);
int log_check_proof_command(int argc, char **argv);
int log_check_fork_command(int argc, char **argv);
int log_append_command(int argc, char **argv);
int log_witness_command(int argc, char **argv);
int log_key_command(int argc, char **argv);
int log_publish_command(int argc, char **argv);
int log_streams_command(int argc, char **argv);
int log_records_command(int argc, char **argv);
int log_erase_command(int argc, char **argv);

/* Reads all options and makes the policy of --key or --policy; CLI_POSITIVE: go on. */
int log_take_options(struct log_options *o, int argc, char **argv);

#endif
