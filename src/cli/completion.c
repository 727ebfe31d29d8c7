#include "cli/cli.h"

static const char help[] = N_("usage: serai completion bash|zsh|fish\n"
                              "\n"
                              "Prints a completion script for the shell. For bash, in the running shell:\n"
                              "  source <(serai completion bash)\n"
                              "and for every new one:\n"
                              "  serai completion bash > ~/.local/share/bash-completion/completions/serai\n"
                              "\n"
                              "Exit 0 printed, 2 usage.\n");

/* The long options of a command, and its sub-commands, are those that its own --help names. */
static const char bash[] =
    "_serai() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}\n"
    "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
    "        COMPREPLY=($(compgen -W \"%s\" -- \"$word\"))\n"
    "    elif [ \"$COMP_CWORD\" = 2 ] && [[ $word != -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$(serai \"$command\" --help 2>/dev/null |\n"
    "            sed -n \"s/^.* serai $command \\([a-z][a-z-]*\\).*/\\1/p\" | sort -u)\" -- \"$word\")\n"
    "            $(compgen -f -- \"$word\"))\n"
    "    elif [[ $word == -* ]]; then\n"
    "        COMPREPLY=($(compgen -W \"$(serai \"$command\" --help 2>/dev/null |\n"
    "            grep -o -- '--[a-z][a-z-]*' | sort -u)\" -- \"$word\"))\n"
    "    else\n"
    "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
    "        compopt -o filenames 2>/dev/null\n"
    "    fi\n"
    "}\n"
    "complete -F _serai serai\n";

int cmd_completion(int argc, char **argv)
{
    const char *shell = argc > 1 ? argv[1] : "";
    char names[512];
    size_t n = 0;

    if (strcmp(shell, "--help") == 0 || strcmp(shell, "-h") == 0)
        return cli_help(help);
    if (argc > 2)
        return cli_usage("completion", "one shell at a time");
    if (strcmp(shell, "fish") == 0) {
        for (const struct cli_command *c = cli_commands; c->name; c++)
            printf("complete -c serai -n __fish_use_subcommand -a %s -d '%s'\n", c->name, c->summary);
        puts("complete -c serai -n 'test (count (commandline -opc)) = 2' -a '(set c (commandline -opc)[2];"
             " serai $c --help 2>/dev/null | string replace -rf \"^.* serai $c ([a-z][a-z-]*).*\" \"\\$1\" |"
             " sort -u)'");
        return CLI_POSITIVE;
    }
    if (strcmp(shell, "bash") != 0 && strcmp(shell, "zsh") != 0)
        return cli_usage("completion", "name a shell: bash, zsh or fish");
    if (strcmp(shell, "zsh") == 0)
        puts("autoload -U +X bashcompinit && bashcompinit");
    for (const struct cli_command *c = cli_commands; c->name && n < sizeof names; c++)
        n += (size_t)snprintf(names + n, sizeof names - n, "%s%s", n ? " " : "", c->name);
    printf(bash, names);
    return CLI_POSITIVE;
}
