using Jaga.Evidence;

namespace Jaga.Orders;

/// <summary>A file of an order: the letter itself, a screenshot, a legal analysis. Its bytes are in the vault.</summary>
public sealed class OrderFile : IEntity
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MostBytes = 20 * 1024 * 1024;

    /// <summary>The most files of one order.</summary>
    public const int MostFiles = 50;

    public required Id<OrderFile> Id { get; init; }

    public required Id<Order> OrderId { get; init; }

    /// <summary>At most 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>As it was said to be; never believed.</summary>
    public required string MediaType { get; init; }

    /// <summary>In bytes.</summary>
    public long Length { get; init; }

    public required Id<VaultObject> EvidenceId { get; init; }

    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<OrderFile>
    {
        public void Configure(EntityTypeBuilder<OrderFile> builder)
        {
            builder.ToTable("order_files");
            builder.HasOne<Order>().WithMany().HasForeignKey(f => f.OrderId);
        }
    }
}
