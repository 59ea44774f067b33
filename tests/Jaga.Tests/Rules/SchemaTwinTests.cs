using System.Data.Common;

namespace Jaga.Tests.Rules;

/// <summary>The schema is written twice, once for each store. The twins hold the same tables and columns, and the model knows them all.</summary>
public sealed class SchemaTwinTests
{
    private const string OfSqlite = "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
    private const string OfPostgres = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name IN (SELECT tablename FROM pg_tables)";

    [Fact]
    public async Task Both_schemas_hold_the_same_tables_and_columns()
    {
        await using var sqlite = await JagaHost.Start(Store.Sqlite);
        await using var postgres = await JagaHost.Start(Store.Postgres);
        Source.Keeps(Unpaired(await Columns(sqlite, Store.Sqlite), await Columns(postgres, Store.Postgres)));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_rule_finds_a_column_that_one_twin_lacks(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        var before = await Columns(jaga, store);
        await jaga.Do(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE jobs ADD COLUMN forgotten text"));
        Assert.Equal(["jobs.forgotten"], Unpaired(before, await Columns(jaga, store)));
    }

    private static IEnumerable<string> Unpaired(IReadOnlySet<string> one, IReadOnlySet<string> other) => one.Except(other).Concat(other.Except(one)).Order();

    private static Task<HashSet<string>> Columns(JagaHost jaga, Store store) => jaga.Ask<Db, HashSet<string>>(async db =>
    {
        DbConnection connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = store is Store.Sqlite ? OfSqlite : OfPostgres;
        await using var rows = await command.ExecuteReaderAsync();
        var found = new HashSet<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetString(0));
        }

        return found;
    });
}
