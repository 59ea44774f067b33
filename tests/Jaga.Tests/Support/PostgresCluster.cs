using System.Diagnostics;
using Npgsql;

namespace Jaga.Tests.Support;

/// <summary>
/// A private PostgreSQL cluster behind a socket in its own folder (a port could be somebody else's by the time it is bound), from the distribution's package, started once a run and thrown away after it.
/// Where the package is missing, tests on PostgreSQL are skipped, and say so; in CI they fail.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private const string Template = "jaga_empty";
    private static readonly SemaphoreSlim Once = new(1, 1);
    private static PostgresCluster? _running;
    private static int _databases;
    private readonly string _folder;
    private readonly string _bin;

    private PostgresCluster(string bin, string folder) => (_bin, _folder) = (bin, folder);

    /// <summary>A connection string to a new, empty database.</summary>
    public static Task<string> NewDatabase() => New("template1");

    /// <summary>A connection string to a new database with the product's schema and nothing in it.</summary>
    public static Task<string> NewStore() => New(Template);

    private static async Task<string> New(string template)
    {
        await Once.WaitAsync();
        try
        {
            _running ??= await Start();
        }
        finally
        {
            Once.Release();
        }

        var name = $"jaga_{Interlocked.Increment(ref _databases)}";
        await _running.Ask($"CREATE DATABASE {name} TEMPLATE {template}");
        return _running.Connection(name);
    }

    public async ValueTask DisposeAsync()
    {
        await AsPostgres($"{_bin}/pg_ctl -D {_folder}/data -m immediate stop");
        Directory.Delete(_folder, recursive: true);
    }

    internal static async ValueTask Stop()
    {
        if (_running is { } cluster)
        {
            _running = null;
            NpgsqlConnection.ClearAllPools();
            await cluster.DisposeAsync();
        }
    }

    private string Connection(string database) => $"Host={_folder};Username=postgres;Database={database};Maximum Pool Size=20;Timeout=300;Command Timeout=300;Connection Idle Lifetime=5;Connection Pruning Interval=2;Include Error Detail=true";

    private async Task<object?> Ask(string sql)
    {
        await using var admin = new NpgsqlConnection(Connection("postgres"));
        await admin.OpenAsync();
        await using var command = new NpgsqlCommand(sql, admin);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<PostgresCluster> Start()
    {
        var bin = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order().Select(v => $"{v}/bin").LastOrDefault(b => File.Exists($"{b}/initdb")) : null;
        if (bin is null)
        {
            const string missing = "PostgreSQL is not installed here (Debian: apt-get install postgresql).";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is not "true", missing);
            Assert.Fail(missing);
        }

        var folder = Directory.CreateTempSubdirectory("jaga-pg-").FullName;
        if (Environment.UserName == "root")
        {
            await Run("chown", "postgres", folder);
        }

        var cluster = new PostgresCluster(bin!, folder);
        await AsPostgres($"{bin}/initdb -D {folder}/data -A trust -E UTF8 --locale=C.UTF-8 -N");
        // Tests kill Jaga, never PostgreSQL: what it would do against a power cut only costs time here. Vacuuming would walk through hundreds of databases that live for a second.
        await AsPostgres($"{bin}/pg_ctl -w -t 300 -D {folder}/data -l {folder}/log -o '-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c max_connections=600 -c shared_buffers=64MB' start");
        await cluster.Ask($"CREATE DATABASE {Template}");
        await EmptyStore.Make(cluster.Connection(Template) + ";Pooling=false");
        // A database is copied when nobody is in it, and PostgreSQL lets go of a closed connection in its own time.
        await Poll.Until(async () => await cluster.Ask($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{Template}'") is 0L, "the template is free");
        return cluster;
    }

    // PostgreSQL refuses to run as root.
    private static Task AsPostgres(string command) =>
        Environment.UserName == "root" ? Run("su", "postgres", "-s", "/bin/sh", "-c", $"cd /tmp && {command}") : Run("sh", "-c", command);

    private static async Task Run(string file, params string[] arguments)
    {
        // Files, not pipes: the server that pg_ctl leaves behind would hold a pipe open for ever.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", file, .. arguments]))!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}

/// <summary>Stops the cluster when the run ends.</summary>
public sealed class PostgresClusterEnd : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => PostgresCluster.Stop();
}
