using Jaga.Audit;

namespace Jaga.Tests.Audit;

public sealed class AuditLogTests
{
    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Forty_writers_at_once_leave_one_unbroken_tree(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
            {
                await jaga.Write(1 + (w % 4), about: w.ToString());
            }
        })));

        await jaga.Sign();
        var report = await jaga.Verify();
        Assert.Null(report.Fault);
        Assert.Equal((500, 500, true), (report.Lines, report.SignedFor, report.SignaturesChecked));
        await jaga.Do(async db => Assert.Equal(1, await db.Set<AuditTile>().CountAsync()));
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Every_root_and_proof_agrees_with_the_plain_definition(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        foreach (var batch in new[] { 1, 254, 1, 1, 520, 10 })
        {
            await jaga.Write(batch);
        }

        await jaga.Do(async db =>
        {
            var entries = (await db.AuditLines.AsNoTracking().OrderBy(l => l.Seq).ToListAsync()).Select(l => l.Canonical()).ToArray();
            Assert.Equal([0, 1, 2], await db.Set<AuditTile>().Select(t => t.Number).OrderBy(n => n).ToListAsync());
            var tree = new AuditTree(db);
            foreach (var size in new[] { 1, 2, 3, 255, 256, 257, 512, 700, 787 })
            {
                Assert.Equal(NaiveTree.Root(entries[..size]), await tree.Root(size, default));
                foreach (var index in new[] { 0, 1, 254, 255, 256, 600, size - 1 }.Where(i => i < size))
                {
                    Assert.Equal(NaiveTree.Path(index, entries[..size]), await tree.Inclusion(index, size, default));
                }

                foreach (var from in new[] { 1, 2, 3, 255, 256, 511, 700 }.Where(f => f <= size))
                {
                    Assert.Equal(NaiveTree.Proof(from, entries[..size]), await tree.Consistency(from, size, default));
                }
            }
        });
    }

    [Fact]
    public async Task The_line_that_fills_a_tile_of_the_second_level_writes_it_and_proofs_reach_through_it()
    {
        const int before = 65_536 - 100;
        await using var jaga = await JagaHost.Start(Store.Sqlite);
        await jaga.Tamper(await Grow(jaga, before));
        await jaga.Write(300);
        await jaga.Sign();

        var report = await jaga.Verify();
        Assert.Null(report.Fault);
        Assert.Equal(before + 300, report.Lines);
        await jaga.Do(async db =>
        {
            Assert.Equal((256, 1), (await db.Set<AuditTile>().CountAsync(t => t.Level == 0), await db.Set<AuditTile>().CountAsync(t => t.Level == 1)));
            foreach (var seq in new long[] { 0, 65_535, 65_536, report.Lines - 1 })
            {
                var line = await db.AuditLines.AsNoTracking().SingleAsync(l => l.Seq == seq);
                var path = await new AuditTree(db).Inclusion(seq, report.Lines, default);
                Assert.True(Merkle.Includes(line.Leaf, seq, report.Lines, path, report.Root));
            }

            var half = await new AuditTree(db).Root(40_000, default);
            var growth = await new AuditTree(db).Consistency(40_000, report.Lines, default);
            Assert.True(Merkle.Extends(40_000, half, report.Lines, report.Root, growth));
        });
        await jaga.Tamper("UPDATE audit_tiles SET hashes = zeroblob(8192) WHERE level = 1");
        Assert.Equal(AuditFaultKind.Rewritten, (await jaga.Verify()).Fault!.Kind);
    }

    // Sixty-five thousand lines by hand, for writing them one act at a time would take the test a minute. Gives the SQL for the head.
    private static async Task<string> Grow(JagaHost jaga, int count)
    {
        var (edge, leaves) = (new Frontier(), new List<byte[]>());
        await jaga.Do(async db =>
        {
            await db.Database.OpenConnectionAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            for (var i = 0; i < count; i++)
            {
                var line = new AuditLine { Seq = i, At = jaga.Clock.Now, Actor = "staff:1", Action = "thing.done", Subject = new("thing", "1"), Why = "", Details = "{}" };
                leaves.Add(Merkle.Leaf(line.Canonical()));
                edge.Append(leaves[^1]);
            }

            await using var insert = db.Database.GetDbConnection().CreateCommand();
            insert.CommandText = "INSERT INTO audit_lines (seq, at, actor, action, subject_kind, subject_id, why, details, leaf) VALUES (@seq, @at, 'staff:1', 'thing.done', 'thing', '1', '', '{}', @leaf)";
            insert.Transaction = Microsoft.EntityFrameworkCore.Storage.DbContextTransactionExtensions.GetDbTransaction(transaction);
            foreach (var name in new[] { "@seq", "@at", "@leaf" })
            {
                insert.Parameters.Add(new Microsoft.Data.Sqlite.SqliteParameter { ParameterName = name });
            }

            insert.Parameters["@at"].Value = jaga.Clock.Now.UtcTicks / 10;
            for (var i = 0; i < count; i++)
            {
                (insert.Parameters["@seq"].Value, insert.Parameters["@leaf"].Value) = (i, leaves[i]);
                await insert.ExecuteNonQueryAsync();
            }

            for (var tile = 0; tile < count / AuditTile.Width; tile++)
            {
                db.Add(AuditTile.Of(0, tile, leaves[(tile * AuditTile.Width)..((tile + 1) * AuditTile.Width)]));
            }

            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        });
        return $"UPDATE audit_head SET size = {count}, frontier = x'{Convert.ToHexStringLower(edge.ToBytes())}'";
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task A_line_of_a_transaction_that_was_rolled_back_is_gone_and_the_next_one_is_written(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var scope = jaga.Services.CreateAsyncScope();
        var (db, log) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        await using (await db.Begin(default))
        {
            log.Record(AuditSteps.Somebody, "thing.done", new("thing", "lost"));
        }

        await using (var transaction = await db.Begin(default))
        {
            log.Record(AuditSteps.Somebody, "thing.done", new("thing", "kept"));
            await transaction.Commit(default);
        }

        Assert.Equal(["kept"], await db.AuditLines.Select(l => l.Subject.Id).ToListAsync());
    }

    [Theory, InlineData(Store.Sqlite), InlineData(Store.Postgres)]
    public async Task Whatever_text_is_recorded_is_hashed_as_it_is_stored(Store store)
    {
        await using var jaga = await JagaHost.Start(store);
        await using var scope = jaga.Services.CreateAsyncScope();
        var (db, log) = (scope.ServiceProvider.GetRequiredService<Db>(), scope.ServiceProvider.GetRequiredService<AuditLog>());
        await using (var transaction = await db.Begin(default))
        {
            foreach (var text in new[] { "", "\"\\\b\f\n\r\t\u0001\u007f", "a\0b", "half \ud83d of a pair", "\ud83d\ude00 e\u0301 \u2028 \ufeff", new string('x', 100_000) })
            {
                log.Record(AuditSteps.Somebody, "thing.done", new("thing", "1"), text, new { Text = text });
            }

            await transaction.Commit(default);
        }

        await jaga.Sign();
        Assert.Null((await jaga.Verify()).Fault);
    }

    [Theory]
    [InlineData(Store.Sqlite, "UPDATE audit_lines SET why = 'other' WHERE seq = 1")]
    [InlineData(Store.Sqlite, "DELETE FROM audit_lines WHERE seq = 1")]
    [InlineData(Store.Sqlite, "INSERT OR REPLACE INTO audit_lines SELECT seq, at, actor, action, subject_kind, subject_id, 'other', details, leaf FROM audit_lines WHERE seq = 1")]
    [InlineData(Store.Sqlite, "UPDATE audit_tiles SET root = x''")]
    [InlineData(Store.Sqlite, "DELETE FROM audit_tiles")]
    [InlineData(Store.Sqlite, "UPDATE audit_checkpoints SET note = ''")]
    [InlineData(Store.Sqlite, "DELETE FROM audit_checkpoints")]
    [InlineData(Store.Sqlite, "UPDATE audit_head SET size = 3")]
    [InlineData(Store.Sqlite, "DELETE FROM audit_head")]
    [InlineData(Store.Postgres, "UPDATE audit_lines SET why = 'other' WHERE seq = 1")]
    [InlineData(Store.Postgres, "DELETE FROM audit_lines WHERE seq = 1")]
    [InlineData(Store.Postgres, "TRUNCATE audit_lines")]
    [InlineData(Store.Postgres, "UPDATE audit_tiles SET root = ''")]
    [InlineData(Store.Postgres, "DELETE FROM audit_tiles")]
    [InlineData(Store.Postgres, "TRUNCATE audit_tiles")]
    [InlineData(Store.Postgres, "UPDATE audit_checkpoints SET note = ''")]
    [InlineData(Store.Postgres, "DELETE FROM audit_checkpoints")]
    [InlineData(Store.Postgres, "TRUNCATE audit_checkpoints")]
    [InlineData(Store.Postgres, "UPDATE audit_head SET size = 3")]
    [InlineData(Store.Postgres, "DELETE FROM audit_head")]
    [InlineData(Store.Postgres, "TRUNCATE audit_head")]
    public async Task The_database_itself_refuses_to_change_the_log(Store store, string sql)
    {
        await using var jaga = await JagaHost.Start(store);
        await jaga.Write(300);
        await jaga.Sign();
        await jaga.Do(async db =>
        {
            var refused = await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => db.Database.ExecuteSqlRawAsync(sql));
            Assert.Matches("append-only|only grows|cannot truncate", refused.Message);
        });
        Assert.Null((await jaga.Verify()).Fault);
    }
}
