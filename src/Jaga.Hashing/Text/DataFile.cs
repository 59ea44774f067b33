using System.Text;

namespace Jaga.Hashing;

/// <summary>Lists that lie as text files beside the code and are built into the library.</summary>
internal static class DataFile
{
    /// <summary>The file's lines, trimmed, without the empty ones and those that begin with <c>#</c>.</summary>
    /// <param name="owner">Whose list it is; any type of this library.</param>
    /// <param name="name">The file's name.</param>
    internal static IEnumerable<string> Lines(Type owner, string name)
    {
        using var file = owner.Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} was not built into the library.");
        using var text = new StreamReader(file, Encoding.UTF8);
        while (text.ReadLine() is { } line)
            if (line.Trim() is { Length: > 0 } told && told[0] != '#')
                yield return told;
    }
}
