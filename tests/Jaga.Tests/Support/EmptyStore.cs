using Microsoft.Data.Sqlite;

namespace Jaga.Tests.Support;

/// <summary>A store with the product's schema and nothing in it: made once a run by the product's own steps, then copied for each host, for the steps take longer than many a test.</summary>
internal static class EmptyStore
{
    private static readonly Lazy<Task<byte[]>> Sqlite = new(MakeSqlite);

    /// <summary>Lays a copy of it into the folder of a product's data.</summary>
    public static async Task LayInto(string data)
    {
        Directory.CreateDirectory(data);
        await File.WriteAllBytesAsync(Path.Combine(data, "jaga.db"), await Sqlite.Value);
    }

    /// <summary>Takes the product's steps on an empty database.</summary>
    /// <param name="connection">Without a pool, so that nobody holds the database afterwards.</param>
    public static async Task Make(string connection)
    {
        var storage = new StorageSettings { Connection = connection };
        var options = new DbContextOptionsBuilder<Db>();
        options.UseStore(storage);
        using var gate = new WriteGate(storage);
        await using var db = new Db(options.Options, gate, TimeProvider.System);
        await db.Migrate();
    }

    private static async Task<byte[]> MakeSqlite()
    {
        var folder = Directory.CreateTempSubdirectory("jaga-empty-");
        try
        {
            var file = Path.Combine(folder.FullName, "jaga.db");
            await Make(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
            return await File.ReadAllBytesAsync(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
