using System.Text.RegularExpressions;

namespace Jaga.Reports.Flaggers;

/// <summary>What is told of a flagger when it is added or changed.</summary>
/// <param name="Name">Unique, 1 to 200 characters.</param>
/// <param name="StatusBy">Who awarded its status, or who vouches for it; 1 to 200 characters.</param>
/// <param name="Territory">Two letters (ISO 3166), <c>EU</c>, or <c>*</c>.</param>
/// <param name="Categories">Of <see cref="ReportCategories.All"/>; null for everything.</param>
/// <param name="Contact">At most 500 characters.</param>
/// <param name="Receiver">The name of a webhook that is told of each answer, or null.</param>
public sealed partial record FlaggerForm(string Name, FlaggerKind Kind, string StatusBy, string Territory = "*", IReadOnlyList<string>? Categories = null, string? Contact = null, string? Receiver = null)
{
    /// <summary>The form as it is kept.</summary>
    /// <exception cref="BadInput">A field cannot be.</exception>
    internal FlaggerForm Checked()
    {
        var problems = new Dictionary<string, string[]>();
        void Must(bool good, string field, string reason) => _ = good || problems.TryAdd(field, [reason]);
        Must(Name?.Trim() is { Length: > 0 and <= 200 }, "name", "A name has 1 to 200 characters.");
        Must(StatusBy?.Trim() is { Length: > 0 and <= 200 }, "statusBy", "Say who awarded its status, or who vouches for it, in 1 to 200 characters.");
        Must(Territory is not null && Place().IsMatch(Territory.Trim()), "territory", "Two capital letters (ISO 3166), EU, or *.");
        Must(Categories is null || Categories.All(ReportCategories.All.Contains), "categories", $"Each is one of {string.Join(", ", ReportCategories.All)}.");
        Must(Contact is null or { Length: <= 500 }, "contact", "At most 500 characters.");
        Must(Receiver is null or { Length: <= 100 }, "receiver", "The name of a receiver has at most 100 characters.");
        return problems.Count > 0 ? throw new BadInput(problems) : this with
        {
            Name = Name!.Trim(),
            StatusBy = StatusBy!.Trim(),
            Territory = Territory!.Trim(),
            Categories = [.. (Categories ?? []).Distinct().Order(StringComparer.Ordinal)],
            Contact = Contact?.Trim() ?? "",
            Receiver = string.IsNullOrWhiteSpace(Receiver) ? null : Receiver.Trim(),
        };
    }

    [GeneratedRegex(@"^([A-Z]{2}|\*)$")]
    private static partial Regex Place();
}
