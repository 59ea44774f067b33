namespace Jaga.Orders;

/// <summary>What is looked at before an order is answered.</summary>
public enum CheckItem
{
    /// <summary>It comes from whom it says.</summary>
    AuthorityVerified,

    /// <summary>The authority is competent for this category and territory.</summary>
    Competent,

    /// <summary>The law that it names bears it.</summary>
    LegalBasis,

    /// <summary>It names exact locations.</summary>
    ExactLocation,

    /// <summary>What it wants is necessary for its purpose.</summary>
    Necessary,

    /// <summary>What it wants does no more than its purpose needs.</summary>
    Proportionate,

    /// <summary>Nothing in it points to a violation of human rights: criticism, journalism, a minority, a defender.</summary>
    HumanRights,
}

/// <summary>What a person found.</summary>
public enum CheckFinding
{
    Yes,
    No,
    Unsure,
}

/// <summary>One line of an order's check list: what a person found, and when. The newest finding about an item stands.</summary>
public sealed class OrderCheck : IEntity
{
    public required Id<OrderCheck> Id { get; init; }

    public required Id<Order> OrderId { get; init; }

    public CheckItem Item { get; init; }

    public CheckFinding Finding { get; set; }

    /// <summary>At most 1,000 characters.</summary>
    public string Note { get; set; } = "";

    /// <summary>As in the audit log.</summary>
    public required string By { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>
    /// Whether an order about this is answered without the list: of abuse of a child and of terrorism nothing is weighed against its removal. Every other order that takes something away
    /// is one that somebody went through the list for.
    /// </summary>
    public static bool Spares(string category) => category is "csam" or "terrorism";

    internal sealed class Table : IEntityTypeConfiguration<OrderCheck>
    {
        public void Configure(EntityTypeBuilder<OrderCheck> builder)
        {
            builder.ToTable("order_checks");
            builder.HasOne<Order>().WithMany().HasForeignKey(c => c.OrderId);
        }
    }
}
