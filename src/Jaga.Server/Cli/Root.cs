using System.CommandLine;

namespace Jaga.Server.Cli;

/// <summary>The command line: every verb that is not the server itself.</summary>
public static class Root
{
    public static RootCommand Build() => new("Jaga, the open safety desk for online platforms.") { Audit.Build() };
}
