namespace Jaga.Tests.Kernel;

public sealed class SchemaTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task The_schema_and_the_model_agree(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Do(async db =>
        {
            foreach (var table in db.Model.GetEntityTypes())
            {
                var columns = table.GetFlattenedProperties().Select(p => $"\"{p.GetColumnName()}\"");
                await db.Database.ExecuteSqlRawAsync($"SELECT {string.Join(", ", columns)} FROM {table.GetTableName()} WHERE 1 = 0");
            }
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task An_older_Jaga_leaves_a_newer_ones_database_alone(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Do(async db =>
        {
            await db.Database.ExecuteSqlRawAsync("INSERT INTO schema_steps (name) VALUES ('Schema/Sqlite/9999_later.sql')");
            Assert.Contains("newer Jaga", (await Assert.ThrowsAsync<WrongSetting>(() => db.Migrate())).Message, StringComparison.Ordinal);
        });
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_second_start_changes_nothing(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Do(async db =>
        {
            await db.Migrate();
            await db.Migrate();
        });
    }
}
