using System.CommandLine;

namespace Jaga.Server.Cli;

/// <summary>The command line: one file for each verb, or for each room's verbs.</summary>
public static class Root
{
    public static RootCommand Build() => new("Jaga, the open safety desk for online platforms.")
    {
        Up.Build(),
        Doctor.Build(),
        Hash.Build(),
        Match.Build(),
        Banks.Build(),
        Exchanges.Build(),
        Referrals.Build(),
        LetterVerbs.Build(),
        People.Build(),
        Demo.Story.Build(),
        Obligations.Build(),
        Audit.Build(),
        Evidence.Build(),
        Backup.Build(),
        Backup.BuildRestore(),
        Bench.BenchVerb.Build(),
    };
}
