using System.Text;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Jaga.Kernel;

/// <summary>A row with an <see cref="Id{T}"/>.</summary>
public interface IEntity;

/// <summary>A row that may not change without a line about it in the audit log, in the same transaction (second law of the house).</summary>
public interface IAudited
{
    /// <summary>The subject that the line must name.</summary>
    Subject Subject { get; }
}

/// <summary>
/// The one database. Each room adds its own tables in its own folder (<c>partial class Db</c>).
/// What differs between SQLite and PostgreSQL is in <see cref="Storage"/> and in Schema/, and nowhere else.
/// </summary>
public sealed partial class Db(DbContextOptions<Db> options, WriteGate gate, TimeProvider clock) : DbContext(options)
{
    private readonly HashSet<Subject> _spokenFor = [];

    /// <summary>Runs at commit, inside the transaction, after the rows are saved: how Audit sequences its lines at the last moment.</summary>
    internal List<Func<CancellationToken, Task>> BeforeCommit { get; } = [];

    /// <summary>Runs once the transaction is committed: tells who waits in this process that there is something to read. Never work that must happen.</summary>
    internal List<Action> AfterCommit { get; } = [];

    /// <summary>Opens the one transaction of a use case. Nothing is saved until <see cref="Transaction.Commit"/>.</summary>
    public async Task<Transaction> Begin(CancellationToken ct)
    {
        var turn = await gate.Enter(ct);
        try
        {
            return new(this, await Database.BeginTransactionAsync(ct), turn);
        }
        catch
        {
            turn?.Dispose();
            throw;
        }
    }

    /// <summary>Waits for this writer's turn outside a use case's transaction (single conditional updates).</summary>
    internal ValueTask<IDisposable?> WriteAlone(CancellationToken ct) => gate.Enter(ct);

    internal DateTimeOffset Now() => clock.GetUtcNow();

    /// <summary>Called by Audit: a line about <paramref name="subject"/> is part of this transaction.</summary>
    internal void SpokenFor(Subject subject) => _spokenFor.Add(subject);

    internal void Forget()
    {
        _spokenFor.Clear();
        BeforeCommit.Clear();
        AfterCommit.Clear();
    }

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        RefuseUnaudited();
        using var turn = Database.CurrentTransaction is null ? await gate.Enter(cancellationToken) : null;
        return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new InvalidOperationException("Save asynchronously: a request thread must not wait for the disk.");

    private void RefuseUnaudited()
    {
        foreach (var row in ChangeTracker.Entries<IAudited>().Where(e => e.State is EntityState.Added or EntityState.Modified or EntityState.Deleted))
        {
            if (!_spokenFor.Contains(row.Entity.Subject))
            {
                throw new InvalidOperationException($"{row.Entity.Subject.Kind} would change without an audit line. Record what is done, and why, in the same transaction.");
            }
        }
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(Db).Assembly);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetProperties()))
        {
            property.SetColumnName(SnakeCase(property.Name));
        }

        foreach (var part in modelBuilder.Model.GetEntityTypes().SelectMany(e => e.GetComplexProperties()).ToList())
        {
            foreach (var property in part.ComplexType.GetProperties())
            {
                property.SetColumnName(SnakeCase(part.Name + property.Name));
            }
        }
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        foreach (var entity in typeof(Db).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IEntity)) && t is { IsClass: true, IsAbstract: false }))
        {
            configurationBuilder.Properties(typeof(Id<>).MakeGenericType(entity)).HaveConversion(typeof(IdColumn<>).MakeGenericType(entity));
        }

        configurationBuilder.Properties<Enum>().HaveConversion<string>();
        configurationBuilder.ComplexProperties<Subject>();
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion(Database.IsSqlite() ? typeof(MicrosecondsColumn) : typeof(UtcColumn));
    }

    /// <summary><c>DueAt</c> → <c>due_at</c>.</summary>
    internal static string SnakeCase(string name)
    {
        var snake = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0 && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }

    private sealed class IdColumn<T>() : ValueConverter<Id<T>, Guid>(id => id.Value, value => new(value));

    // Both stores keep time as whole microseconds in UTC, so that a row read back equals the row written.
    private sealed class MicrosecondsColumn() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks / 10,
        stored => new DateTimeOffset(stored * 10, TimeSpan.Zero));

    private sealed class UtcColumn() : ValueConverter<DateTimeOffset, DateTimeOffset>(
        time => new DateTimeOffset(time.UtcTicks / 10 * 10, TimeSpan.Zero),
        stored => stored);
}
