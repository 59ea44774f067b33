namespace Jaga.Kernel;

/// <summary>Work that is done again and again, by one node at a time: the clocks of the house.</summary>
public interface IRecurring
{
    /// <summary>Does a bounded piece of work. True when there is more to do at once, false to wait for the next turn.</summary>
    Task<bool> Run(CancellationToken ct);
}

/// <summary>One recurring duty: its name, how often, and who runs it.</summary>
public sealed record RecurringKind(string Name, TimeSpan Every, Type Handler);

/// <summary>The row by which nodes agree whose turn it is.</summary>
public sealed class RecurringTurn
{
    public required string Name { get; init; }

    public DateTimeOffset DueAt { get; set; }

    public DateTimeOffset? LeasedUntil { get; set; }

    public Guid? LeasedBy { get; set; }

    /// <summary>The last failure's words, or null when the last turn went well.</summary>
    public string? LastFailure { get; set; }

    /// <summary>Since when no turn has gone well; null when the last one has.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<RecurringTurn>
    {
        public void Configure(EntityTypeBuilder<RecurringTurn> builder) => builder.ToTable("recurring_turns").HasKey(t => t.Name);
    }
}

/// <summary>Makes a recurring duty known to the worker.</summary>
public static class RecurringRegistration
{
    /// <summary>Registers <typeparamref name="THandler"/> to be run every <paramref name="every"/> by one node at a time.</summary>
    public static IServiceCollection AddRecurring<THandler>(this IServiceCollection services, string name, TimeSpan every)
        where THandler : class, IRecurring =>
        services.AddScoped<THandler>().AddSingleton(new RecurringKind(name, every, typeof(THandler)));
}

public sealed partial class Db
{
    public DbSet<RecurringTurn> RecurringTurns => Set<RecurringTurn>();
}
