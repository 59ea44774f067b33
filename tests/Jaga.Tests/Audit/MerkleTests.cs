using FsCheck;
using FsCheck.Fluent;
using Jaga.Audit;

namespace Jaga.Tests.Audit;

public sealed class MerkleTests
{
    private static readonly byte[][] Entries = [.. Enumerable.Range(0, 600).Select(i => BitConverter.GetBytes(i * 7919))];

    [Fact]
    public void The_frontier_has_the_root_of_rfc_6962_at_every_size_and_outlives_being_stored()
    {
        var edge = new Frontier();
        for (var size = 0; size <= 300; size++)
        {
            Assert.Equal(NaiveTree.Root(Entries[..size]), edge.Root);
            edge = new Frontier(edge.Size, edge.ToBytes());
            edge.Append(Merkle.Leaf(Entries[size]));
        }
    }

    [Fact]
    public void An_inclusion_proof_holds_for_its_line_and_for_nothing_else() => Check(
        from size in Gen.Choose(1, 600)
        from index in Gen.Choose(0, size - 1)
        from spoiled in Gen.Choose(0, 20)
        select (size, index, spoiled), x =>
    {
        var (size, index, spoiled) = x;
        var (path, root, leaf) = (NaiveTree.Path(index, Entries[..size]), NaiveTree.Root(Entries[..size]), Merkle.Leaf(Entries[index]));
        return Merkle.Includes(leaf, index, size, path, root)
            && !Merkle.Includes(Merkle.Leaf(Entries[(index + 1) % 600]), index, size, path, root)
            && (size == 1 || !Merkle.Includes(leaf, (index + 1) % size, size, path, root))
            && !Merkle.Includes(leaf, index, size, [.. path, root], root)
            && (path.Length == 0 || !Merkle.Includes(leaf, index, size, path[1..], root))
            && (path.Length == 0 || !Merkle.Includes(leaf, index, size, Spoil(path, spoiled), root));
    });

    [Fact]
    public void A_consistency_proof_holds_for_its_two_trees_and_for_nothing_else() => Check(
        from to in Gen.Choose(1, 600)
        from less in Gen.Choose(1, to)
        from spoiled in Gen.Choose(0, 20)
        select (less, to, spoiled), x =>
    {
        var (from, to, spoiled) = x;
        var (proof, old, now) = (NaiveTree.Proof(from, Entries[..to]), NaiveTree.Root(Entries[..from]), NaiveTree.Root(Entries[..to]));
        return Merkle.Extends(from, old, to, now, proof)
            && !Merkle.Extends(from, NaiveTree.Root(Entries[1..(from + 1)]), to, now, proof)
            && !Merkle.Extends(from, old, to, NaiveTree.Root([.. Entries[..(to - 1)], [9]]), proof)
            && !Merkle.Extends(from, old, to, now, [.. proof, old])
            && (proof.Length == 0 || !Merkle.Extends(from, old, to, now, Spoil(proof, spoiled)));
    });

    [Fact]
    public void The_empty_tree_is_the_beginning_of_every_tree()
    {
        Assert.True(Merkle.Extends(0, Merkle.EmptyRoot, 5, NaiveTree.Root(Entries[..5]), []));
        Assert.False(Merkle.Extends(0, new byte[32], 5, NaiveTree.Root(Entries[..5]), []));
    }

    private static byte[][] Spoil(byte[][] proof, int which)
    {
        var spoiled = proof.Select(h => h.ToArray()).ToArray();
        spoiled[which % spoiled.Length][which] ^= 1;
        return spoiled;
    }

    private static void Check<T>(Gen<T> gen, Func<T, bool> holds) =>
        Prop.ForAll(gen.ToArbitrary(), holds).Check(Config.QuickThrowOnFailure.WithMaxTest(400));
}
