using System.Data.Common;
using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Jaga.Kernel;

/// <summary>Where the database is. <c>Jaga__Storage__…</c></summary>
public sealed record StorageSettings
{
    /// <summary>The folder of everything that Jaga keeps on disk: database, vault, keys. Created when missing.</summary>
    public string Data { get; init; } = "data";

    /// <summary>A PostgreSQL connection string (<c>Host=…</c>), or empty for the embedded SQLite file <c>jaga.db</c> in <see cref="Data"/>.</summary>
    public string Connection { get; init; } = "";

    /// <summary>
    /// SQLite's <c>synchronous</c>: FULL (the default) keeps what was acknowledged through a power cut; NORMAL only through a crash of the process.
    /// </summary>
    public string Synchronous { get; init; } = "FULL";

    internal IEnumerable<string> Wrong()
    {
        string?[] wrong =
        [
            Data.Length > 0 ? null : "Storage:Data is empty. Name a folder that Jaga may write to.",
            Connection.Length == 0 || Connection.Contains('=', StringComparison.Ordinal) ? null : "Storage:Connection is no connection string. PostgreSQL's is made like Host=…;Database=…;Username=….",
            Synchronous is "FULL" or "NORMAL" or "EXTRA" ? null : $"Storage:Synchronous is '{Synchronous}'. It takes FULL, EXTRA or NORMAL.",
        ];
        return wrong.OfType<string>();
    }

    /// <summary>The connection string in force.</summary>
    public string Effective => Connection.Length > 0 ? Connection : $"Data Source={Path.Combine(Data, "jaga.db")}";
}

/// <summary>Opens the store named by a connection string, brings its schema up to date, and holds all that differs between the two.</summary>
public static class Storage
{
    /// <summary>Chooses the provider: a string with <c>Host=</c> is PostgreSQL, any other SQLite. Rows that are only counted up to a bound need no order.</summary>
    public static DbContextOptionsBuilder UseStore(this DbContextOptionsBuilder options, StorageSettings settings) =>
        (IsPostgres(settings.Effective)
            ? options.UseNpgsql(settings.Effective)
            : options.UseSqlite(settings.Effective, sqlite => sqlite.CommandTimeout(30)).AddInterceptors(new SqlitePragmas(settings.Synchronous))).ConfigureWarnings(warn => warn.Ignore(CoreEventId.RowLimitingOperationWithoutOrderByWarning));

    /// <summary>Pages of SQLite's log (512 MB) at which a commit carries it over into the database itself, should nobody do it in the background.</summary>
    private const int MostLogPages = 131_072;

    public static bool IsPostgres(string connection) => connection.Contains("Host=", StringComparison.OrdinalIgnoreCase);

    /// <summary>What ends a <c>SELECT … FOR UPDATE</c> on rows that several workers want: PostgreSQL skips locked ones, SQLite has one writer anyway.</summary>
    public static string SkipLocked(this Db db) => db.Database.IsNpgsql() ? "FOR UPDATE SKIP LOCKED" : "";

    /// <summary>What ends a <c>SELECT</c> whose rows this transaction will change, so that others wait for it: PostgreSQL locks the rows, SQLite has one writer anyway.</summary>
    public static string ForUpdate(this Db db) => db.Database.IsNpgsql() ? "FOR UPDATE" : "";

    /// <summary>A time as the store's own SQL takes it: whole microseconds since 0001-01-01 on SQLite, <c>timestamptz</c> on PostgreSQL.</summary>
    public static object Time(this Db db, DateTimeOffset time) => Time(db.Database.IsNpgsql(), time);

    /// <summary>The same for raw commands without a <see cref="Db"/>.</summary>
    public static object Time(bool postgres, DateTimeOffset time) =>
        postgres ? new DateTimeOffset(time.UtcTicks / 10 * 10, TimeSpan.Zero) : time.UtcTicks / 10;

    /// <summary>An empty <see cref="System.Data.Common.DbConnection"/> to the same store, for raw commands on hot paths. The caller opens and disposes it.</summary>
    public static async Task<DbConnection> Open(StorageSettings settings, CancellationToken ct)
    {
        DbConnection store = IsPostgres(settings.Effective) ? new NpgsqlConnection(settings.Effective) : new SqliteConnection(settings.Effective);
        await store.OpenAsync(ct);
        if (store is SqliteConnection)
        {
            await SqlitePragmas.Set(store, settings.Synchronous, ct);
        }

        return store;
    }

    /// <summary>True when <paramref name="failure"/> is a violated unique constraint, in either store's words.</summary>
    public static bool IsDuplicate(this Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        SqliteException { SqliteExtendedErrorCode: 2067 or 1555 } => true,
        { InnerException: { } inner } => inner.IsDuplicate(),
        _ => false,
    };

    /// <summary>Applies the numbered steps of Schema/ that this database lacks, in order of name, in one transaction.</summary>
    /// <exception cref="WrongSetting">A newer Jaga has changed it; nothing was.</exception>
    public static async Task Migrate(this Db db, CancellationToken ct = default)
    {
        if (db.Database.IsSqlite())
        {
            // Made before SQLite makes it for everybody to read; its log takes after it. One that is there is not touched: to close it again would end SQLite's own locks on it.
            if (db.Database.GetDbConnection().DataSource is var file && !File.Exists(file))
            {
                new FileStream(file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
            }

            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", ct);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (db.Database.IsNpgsql())
        {
            // Several nodes may start at once; the first one migrates, the others wait and find it done.
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(7470001)", ct);
        }

        await db.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS schema_steps (name text PRIMARY KEY)", ct);
        var done = await db.Database.SqlQueryRaw<string>("SELECT name AS \"Value\" FROM schema_steps").ToListAsync(ct);
        if (done.Find(s => !Knows(s)) is { } newer)
        {
            throw new WrongSetting($"A newer Jaga has worked on this database ({newer}). Start that one, or restore a backup from before.");
        }

        foreach (var step in Steps(db.Database.IsNpgsql()).Where(s => !done.Contains(s)))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = Text(step);
            command.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction);
            await command.ExecuteNonQueryAsync(ct);
            await db.Database.ExecuteSqlAsync($"INSERT INTO schema_steps (name) VALUES ({step})", ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static IEnumerable<string> Steps(bool postgres) => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(n => n.StartsWith(postgres ? "Schema/Postgres/" : "Schema/Sqlite/", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>Whether a schema step is one of this build's, of either store.</summary>
    internal static bool Knows(string step) => Assembly.GetExecutingAssembly().GetManifestResourceInfo(step) is not null;

    /// <summary>The SQL of a schema step.</summary>
    internal static string Text(string step)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(step)!);
        return reader.ReadToEnd();
    }

    private sealed class SqlitePragmas(string synchronous) : DbConnectionInterceptor
    {
        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) =>
            Set(connection, synchronous, cancellationToken);

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
            throw new InvalidOperationException("Open connections asynchronously.");

        internal static async Task Set(DbConnection connection, string synchronous, CancellationToken ct)
        {
            await using var pragmas = connection.CreateCommand();
#pragma warning disable CA2100 // The value is one of three words, checked at the start.
            pragmas.CommandText = $"PRAGMA synchronous = {synchronous}; PRAGMA busy_timeout = 30000; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000; PRAGMA wal_autocheckpoint = {MostLogPages};";
#pragma warning restore CA2100
            await pragmas.ExecuteNonQueryAsync(ct);
        }
    }
}
