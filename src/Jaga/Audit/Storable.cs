using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Jaga.Audit;

/// <summary>
/// What a store cannot hold as text, zero bytes and halves of a surrogate pair, becomes U+FFFD: PostgreSQL refuses the whole row for it, and a stranger who writes one
/// must not fail what others wrote in the same commit. The same on both stores, on every row that <see cref="Db"/> saves; raw rows are made so by whoever writes them.
/// </summary>
public sealed class Storable : SaveChangesInterceptor
{
    private const char Unknown = '\uFFFD';

    private static readonly SearchValues<char> Suspect = SearchValues.Create([.. Enumerable.Range(0xD800, 0x800).Append(0).Select(c => (char)c)]);

    private static readonly ConditionalWeakTable<IEntityType, IProperty[]> Texts = [];

    /// <summary>The text as a store can hold it; nearly always the same string.</summary>
    public static string Text(string text) => text.AsSpan().ContainsAny(Suspect) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', Unknown) : text;

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Clean(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Clean(eventData.Context!);
        return new(result);
    }

    private static void Clean(DbContext db)
    {
        foreach (var entry in db.ChangeTracker.Entries().Where(e => e.State is EntityState.Added or EntityState.Modified))
        {
            foreach (var property in Texts.GetValue(entry.Metadata, Of))
            {
                Clean(entry.Property(property));
            }
        }
    }

    private static IProperty[] Of(IEntityType type) => [.. type.GetProperties().Where(p => p.ClrType == typeof(string))];

    private static void Clean(PropertyEntry property)
    {
        if (property.CurrentValue is string text && text.AsSpan().ContainsAny(Suspect) && Text(text) is var clean && clean != text)
        {
            property.CurrentValue = clean;
        }
    }
}
