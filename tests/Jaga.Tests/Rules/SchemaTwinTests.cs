using System.Data.Common;

namespace Jaga.Tests.Rules;

/// <summary>The schema is written twice, once for each store. The twins hold the same tables and columns, and the model knows them all.</summary>
public sealed class SchemaTwinTests
{
    private const string OfSqlite = "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";
    private const string OfPostgres = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name IN (SELECT tablename FROM pg_tables)";

    // References that are looked at when the transaction ends, whose column begins no index.
    private const string Unfound = """
        SELECT m.name || '.' || f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f
        WHERE m.type = 'table' AND m.sql REGEXP f."from" || '"? [^,]*REFERENCES[^,]*DEFERRABLE'
          AND NOT EXISTS (SELECT 1 FROM pragma_index_list(m.name) i, pragma_index_info(i.name) x WHERE x.seqno = 0 AND x.name = f."from")
          AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.pk = 1 AND c.name = f."from")
        """;

    /// <summary>While one such reference is open, SQLite looks for what refers to each new row: a year's walk up the ladders was quadratic by one missing index.</summary>
    [Fact]
    public async Task Every_reference_that_waits_for_the_end_of_the_transaction_is_found_by_an_index()
    {
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        Source.Keeps(await Read(jaga, Unfound));
        await jaga.Do(db => db.Database.ExecuteSqlRawAsync("CREATE TABLE forgotten (id text PRIMARY KEY, job text REFERENCES jobs (id) DEFERRABLE INITIALLY DEFERRED) STRICT"));
        Assert.Equal(["forgotten.job"], await Read(jaga, Unfound));
    }

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

    private static Task<HashSet<string>> Columns(JagaHost jaga, Store store) => Read(jaga, store is Store.Sqlite ? OfSqlite : OfPostgres);

    private static Task<HashSet<string>> Read(JagaHost jaga, string sql) => jaga.Ask<Db, HashSet<string>>(async db =>
    {
        DbConnection connection = db.Database.GetDbConnection();
        await db.Database.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync();
        var found = new HashSet<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetString(0));
        }

        return found;
    });
}
